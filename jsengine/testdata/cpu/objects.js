(() => {
  let o = null;
  for (let i = 0; i < 40000; i++) o = { i, next: i % 100 ? o : null, name: 'n' };
  let n = 0;
  for (; o; o = o.next) n += o.i;
  return n;
})()
