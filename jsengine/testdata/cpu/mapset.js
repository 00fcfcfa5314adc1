(() => {
  const m = new Map(), s = new Set();
  for (let i = 0; i < 15000; i++) {
    m.set('k' + i % 1000, i);
    s.add(i * 7 % 5000);
  }
  let n = 0;
  for (const [, v] of m) n += v;
  return n + s.size;
})()
