(() => {
  const points = Array.from({ length: 500 }, (_, i) => ({ x: i, y: i * i % 97, rest: [i, i + 1, i + 2] }));
  let n = 0;
  for (let r = 0; r < 8; r++) {
    for (const { x, y, rest: [first, ...others], missing = 1 } of points) {
      const copy = { ...points[x], z: y, missing };
      const sum = (...values) => values.reduce((p, q) => p + q, 0);
      n += sum(first, ...others, copy.z, copy.missing);
    }
  }
  return n;
})()
