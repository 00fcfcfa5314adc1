// Where searches, copies, numbers and slices begin and end.
import { Buffer } from "node:buffer";

const tell = (f) => {
  try {
    const v = f();
    console.log(Buffer.isBuffer(v) ? v.toString("hex") : v);
  } catch (e) {
    console.log(`${e.name} ${e.code}: ${e.message}`);
  }
};
const b = Buffer.from("61006200610062", "hex");

for (const at of [undefined, -0, 0, 1, 3, 6, 9, -1, -3, -9, Infinity, -Infinity, NaN]) {
  tell(() => [at, ...["b", "ab", ""].flatMap((s) => [b.indexOf(s, at, "utf16le"), b.lastIndexOf(s, at, "utf16le")])].join(" "));
  tell(() => [at, b.indexOf(Buffer.from("a"), at, "ucs2"), b.indexOf(Buffer.from("b\0"), at), b.lastIndexOf(Buffer.alloc(0), at)].join(" "));
}
console.log(Object.is(b.indexOf("", -0), 0), Object.is(b.indexOf(Buffer.alloc(0), -0.5), 0));
for (const enc of [null, "", "nope"]) {
  tell(() => b.indexOf("a", 0, enc));
  tell(() => b.toString(enc));
  tell(() => b.toString(enc, 5, 5));
}

for (const args of [[Infinity], [0, Infinity], [0, 0, Infinity], [-0.5], [1.5, 1.5], [0, "2"], [0, -0.1], ["x"]]) {
  const to = Buffer.alloc(4);
  tell(() => `${b.copy(to, ...args)} ${to.toString("hex")}`);
}
tell(() => b.copy(new Uint16Array(2)));

tell(() => b.readInt8(Infinity));
tell(() => b.readUInt16LE(NaN));
tell(() => b.readUIntBE(0, Infinity));
tell(() => b.writeUIntBE(1, undefined, 2));
tell(() => b.writeBigInt64LE(1, "x"));
tell(() => Buffer.alloc(8).writeBigInt64LE(1, 0));
console.log(["readUInt8", "readIntLE", "writeDoubleBE", "readBigInt64LE"].map((name) => Buffer.prototype[name].length).join());

for (const range of [[-1], [0, 9], [5, 1], [8], ["1", 2.5], [NaN, 2], [7]]) tell(() => b.latin1Slice(...range));

for (const args of [["a", 9, 2, "nope"], ["a", "nope"], ["zz", 5, 5, "hex"], ["6162", undefined, undefined, "hex"], ["a", 0, 2, null], ["a", 0, 2, 5], [5, 0, 2, "nope"]]) tell(() => Buffer.alloc(3).fill(...args));
for (const args of [[9, -1], [2, "x"], [1, 1], [undefined, 2], [0, NaN]]) tell(() => Buffer.copyBytesFrom(new Uint16Array([1, 2]), ...args));
