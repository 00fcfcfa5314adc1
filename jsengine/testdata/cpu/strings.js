(() => {
  let s = '';
  for (let i = 0; i < 30000; i++) s += String.fromCharCode(97 + i % 26);
  let n = 0;
  for (let i = 0; i < s.length; i++) n += s.charCodeAt(i);
  return n + s.split('a').join('bc').length;
})()
