import { Buffer } from "node:buffer";
// Each function's results over pseudo-random arguments, folded into one number.
let seed = 1;
const rnd = (k) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % k;
const sums = {};
const add = (name, text) => {
  let h = sums[name] ?? 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619) >>> 0;
  sums[name] = h;
};
const attempt = (f) => {
  try {
    return f();
  } catch (e) {
    return `${e.name} ${e.code} ${e.message}`;
  }
};

const show = (v) => (v instanceof Uint8Array ? Buffer.from(v).toString("hex") : typeof v === "bigint" ? `${v}n` : JSON.stringify(v));
const strings = ["", "a", "héllo", "日本語", "😀x", "68656c6c6f", "zz", "6g", "aGVsbG8=", "aGVsbG8", "-_-_", "a b\nc", "\x00\xff", "abcabcabc", "=", "A", "ab=c"];
const encodings = ["utf8", "utf-8", "UTF8", "hex", "base64", "base64url", "latin1", "binary", "ascii", "ucs2", "utf16le", "UCS-2", undefined];
const S = () => strings[rnd(strings.length)], E = () => encodings[rnd(encodings.length)], I = () => rnd(14) - 3;
for (let i = 0; i < 400; i++) {
  const s = S(), t = S(), e = E(), a = I(), b = I(), c = I(), d = I(), k = rnd(8);
  const v = [a, a * 1000, a * 100000, 2 ** 31, -(2 ** 31), 2 ** 32, 1.5, NaN, -129, 70000, 2 ** 40, -(2 ** 47)][rnd(12)];
  const calls = {
    from: () => Buffer.from(s, e),
    toString: () => Buffer.from(s).toString(e, a, b),
    byteLength: () => Buffer.byteLength(s, e),
    alloc: () => Buffer.alloc(a, s, e),
    indexOf: () => Buffer.from(s + t + s).indexOf(t, a),
    lastIndexOf: () => Buffer.from(s + t + s).lastIndexOf(t, a),
    includes: () => Buffer.from(s + t + s).includes(a, b),
    slice: () => Buffer.from(s + t).slice(a, b),
    subarray: () => Buffer.from(s + t).subarray(a, b),
    fill: () => Buffer.alloc(9, 1).fill(s, a, b, e),
    write: () => {
      const x = Buffer.alloc(9);
      return [x.write(s, a, b, e), x.toString("hex")];
    },
    compare: () => Buffer.from(s).compare(Buffer.from(t), a, b, c, d),
    equals: () => Buffer.from(s).equals(Buffer.from(t)),
    copy: () => {
      const x = Buffer.alloc(6);
      return [Buffer.from(s + t).copy(x, a, b, c), x.toString("hex")];
    },
    concat: () => Buffer.concat([Buffer.from(s), Buffer.from(t)], a),
    toJSON: () => Buffer.from(s).toJSON(),
  };
  for (const w of ["UInt8", "Int8", "UInt16LE", "UInt16BE", "Int16LE", "Int16BE", "UInt32LE", "Int32BE", "FloatLE", "DoubleBE", "BigInt64LE", "BigUInt64BE"]) {
    const value = w.startsWith("Big") ? BigInt(Math.trunc(v || 0)) * (rnd(2) ? 1n : 2n ** 40n) : v;
    calls[`write${w}`] = () => {
      const x = Buffer.alloc(9);
      return [x[`write${w}`](value, a), x.toString("hex")];
    };
    calls[`read${w}`] = () => Buffer.from(s + t + "12345678")[`read${w}`](a);
  }
  for (const f of ["UIntLE", "UIntBE", "IntLE", "IntBE"]) {
    calls[`read${f}`] = () => Buffer.from("fe80ff7f01020304fe", "hex")[`read${f}`](a, k);
    calls[`write${f}`] = () => {
      const x = Buffer.alloc(9);
      return [x[`write${f}`](v, a, k), x.toString("hex")];
    };
  }
  for (const name of Object.keys(calls)) add(name, attempt(() => String(show(calls[name]()))));
}
for (const name of Object.keys(sums)) console.log(name, sums[name]);
for (const v of [5, null, undefined, {}, true, 5n, [1, 2, 300], new Uint16Array([1, 258]), { type: "Buffer", data: [1, 2] }, new String("hi")]) console.log(attempt(() => show(Buffer.from(v))));
console.log(attempt(() => Buffer.from("a", "nope")), attempt(() => Buffer.from("010203", "hex").swap16()), Buffer.from("0102030405060708", "hex").swap64().toString("hex"));
