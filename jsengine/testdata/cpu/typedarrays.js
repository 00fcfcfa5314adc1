(() => {
  const a = new Float64Array(4096);
  for (let r = 0; r < 40; r++)
    for (let i = 1; i < 4096; i++) a[i] = a[i - 1] * 0.5 + i;
  return a[4095];
})()
