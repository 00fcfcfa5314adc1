// Products, quotients and remainders of BigInts against what they must fulfil, with
// words whose bits are all set, or few, at all edges.
const words = [0n, 1n, 2n, 3n, 0x7fffffffn, 0x80000000n, 0x80000001n, 0xfffffffen, 0xffffffffn, 0x12345678n];
const numbers = new Set(words);
let seed = 7;
const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
for (let i = 0; i < 60; i++) {
  let x = 0n;
  for (let n = random(9) + 1; n; n--) x = x << 32n | words[random(words.length)];
  numbers.add(x);
}
const divisors = [1n, 2n, 3n, 5n, 7n, 10n, 65535n, 65536n, 1000000007n, 0x3fffffffn, 0x40000000n, 0x40000001n, 0x55555555n, 0x55555556n, 0x7ffffffen, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0x100000000n, 0x123456789abcdef0n, 0xffffffffffffffffn];
let bad = 0;
const expect = (ok, ...what) => { if (!ok && bad++ < 5) console.log("wrong:", ...what); };
const abs = (x) => x < 0n ? -x : x;
// A product without the engine's: by shifts and sums of one bit each.
const product = (a, b) => {
  let r = 0n;
  for (let x = abs(a), y = abs(b); y; y >>= 1n, x <<= 1n) if (y & 1n) r += x;
  return a < 0n !== b < 0n ? -r : r;
};
for (const m of numbers) for (const n of [m, -m]) for (const d of [...divisors, ...divisors.map((x) => -x)]) {
  const q = n / d, r = n % d;
  expect(product(q, d) + r === n, n, d, q, r);
  expect(abs(r) < abs(d) && (r === 0n || r < 0n === n < 0n), n, d, r);
  expect(n * d === product(n, d), n, d);
  // What results is as any other number of its value is.
  expect(q === BigInt("0x" + abs(q).toString(16)) * (q < 0n ? -1n : 1n) && BigInt(String(r)) === r && BigInt.asIntN(700, q) === q, n, d);
  expect(new Map([[q, 1]]).get(BigInt(String(q))) === 1, n, d);
}
for (const a of numbers) for (const b of numbers) if (random(6) === 0) expect(a * b === product(a, b), a, b);
for (const n of numbers) {
  try { n / 0n; expect(false, n); } catch (e) { expect(e instanceof RangeError, e); }
  try { n % 0n; expect(false, n); } catch (e) { expect(e instanceof RangeError, e); }
  try { n % 3; expect(false, n); } catch (e) { expect(e instanceof TypeError, e); }
}
console.log("checked");
