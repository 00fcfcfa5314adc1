(() => {
  let a = 1n;
  for (let i = 1n; i <= 2000n; i++) a *= i;
  let n = 0n;
  while (a > 0n) {
    n += a % 1000000007n;
    a /= 1000000007n;
  }
  return String(n);
})()
