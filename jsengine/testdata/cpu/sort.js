(() => {
  const a = [];
  let x = 1;
  for (let i = 0; i < 6000; i++) a.push(x = (x * 1103515245 + 12345) % 2147483648);
  a.sort((p, q) => p - q);
  let n = 0;
  for (let i = 0; i < a.length; i++) n = (n * 31 + a[i]) % 1000000007;
  return n;
})()
