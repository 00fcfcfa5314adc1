(() => {
  const make = i => ({ get: () => i, add: d => { i += d } });
  let n = 0;
  for (let i = 0; i < 15000; i++) {
    const c = make(i);
    c.add(2);
    n += c.get();
  }
  return n;
})()
