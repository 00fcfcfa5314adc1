(() => {
  let s = 0;
  for (let i = 0; i < 300000; i++) s = (s + i * 3) | 0;
  return s;
})()
