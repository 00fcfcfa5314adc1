import { eq, throws } from "./assert.mjs";
eq(Math.sumPrecise([1e20, 0.1, -1e20]), 0.1);
eq(Object.is(Math.sumPrecise([]), -0), true);
eq(JSON.stringify({ n: JSON.rawJSON("12345678901234567890") }), '{"n":12345678901234567890}');
eq(JSON.isRawJSON(JSON.rawJSON("1")), true);
eq(JSON.parse("[1.0]", (k, v, c) => (c?.source ? c.source : v)), ["1.0"]);
throws(() => JSON.rawJSON("{}"), "SyntaxError");
// JSON has the numbers that source has, to the last bit.
const bits = (n) => new BigUint64Array(new Float64Array([n]).buffer)[0];
const numbers = ["0", "-0", "-0.0", "7", "-7", "2147483647", "2147483648", "-2147483648", "9007199254740993", "0.1", "1e21", "1E+2",
  "1.7976931348623157e308", "1.7976931348623159e308", "-1e400", "4.9e-324", "2.4703282292062328e-324", "1e-400", "2.2250738585072011e-308",
  "123456789012345678901234567890", "0.000000000000000000000000000000123456789", "8.5e15", "1" + "0".repeat(400), "0." + "3".repeat(400)];
const floats = new Float64Array(new BigUint64Array([0x3ff0000000000001n, 0x7fefffffffffffffn, 1n, 0x8010000000000000n]).buffer);
for (let i = 0, x = 1; i < 500; i++) {
  x = (x * 48271) % 2147483647;
  numbers.push(String(x / (i + 1)), String((i % 2 ? -1 : 1) * x * 2 ** ((i % 120) - 60)), String(floats[i % 4]));
}
for (const n of numbers) eq(bits(JSON.parse(n)), bits(Number(n)), n), eq(bits(JSON.parse(`[${n}, 1]`)[0]), bits(eval(n)), n);
eq([5, 6, 7][JSON.parse("1")] + JSON.parse("2147483647"), 2147483653);
for (const n of ["01", "-", "1.", ".5", "1e", "+1", "0x1", "1_0", "Infinity", "- 1"]) throws(() => JSON.parse(n), "SyntaxError");
eq(2n ** 100n, 1267650600228229401496703205376n);
eq(BigInt.asUintN(8, 257n), 1n);
eq(1_000_000, 1e6);
eq(0b11 + 0o17 + 0xff, 273);
eq((25).toString(36), "p");
eq((0.1 + 0.2).toFixed(2), "0.30");
eq(Number.parseFloat("1e3x"), 1000);
eq([NaN].includes(NaN), true);
eq(Math.hypot(3, 4), 5);
eq(Math.clz32(1), 31);
eq(5 % -3, 2);
eq((-7n) / 2n, -3n);
eq(("b" > "a" && null) ?? 1, 1);
eq(performance.now() >= 0, true);
eq(performance.timeOrigin > 0, true);
eq("ab".isWellFormed(), true);
eq("\ud800".toWellFormed(), "\ufffd");
eq("x".padStart(3, "ab"), "abx");
eq("é".normalize("NFD").length, 2);
// What is left of integers of every size, and of what is none.
{
  const xs = [1, 2, 3, 97, 2147483648, 4294967296, 9007199254740991, 9007199254740992, 9007199254740994, 1152921504606851072, 9223372036854774784,
    9223372036854775807, 18446744073709551616, 1e19, -9007199254740994, 0.5, -0, NaN, Infinity];
  const left = [];
  for (const a of xs) for (const b of xs) left.push(String(a % b));
  let sum = 0;
  for (const c of left.join()) sum = (sum * 31 + c.charCodeAt(0)) | 0;
  eq(sum, 185159373);
  eq(1152921504606851072 % 1000003, 713516);
}
console.log("ok");
