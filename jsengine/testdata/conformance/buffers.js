import { eq, throws } from "./assert.mjs";
const h = new Float16Array([1.1, 65504, 1e9]);
eq(h[1], 65504);
eq(h[2], Infinity);
eq(Math.f16round(1.337), 1.3369140625);
const view = new DataView(new ArrayBuffer(8));
view.setFloat16(0, 0.5);
eq(view.getFloat16(0), 0.5);
view.setBigInt64(0, -2n);
eq(view.getBigUint64(0), 2n ** 64n - 2n);
const r = new ArrayBuffer(4, { maxByteLength: 16 });
const t = new Uint8Array(r);
r.resize(8);
eq(t.length, 8);
eq(r.resizable, true);
throws(() => r.resize(17), "RangeError");
const moved = r.transfer(2);
eq(r.detached, true);
eq(moved.byteLength, 2);
eq(moved.transferToFixedLength().resizable, false);
const fixed = new Uint8Array([1, 2, 3]).buffer.transferToImmutable();
eq(fixed.immutable, true);
throws(() => fixed.resize(1), "TypeError");
const frozen = new Uint8Array(fixed);
try {
  frozen[0] = 9;
} catch {
  // as the proposal says
}
eq(frozen[0], 1);
const shared = new SharedArrayBuffer(8);
new Uint8Array(shared)[1] = 3;
eq(new Uint8Array(shared.slice(1))[0], 3);
eq(new Uint8Array([104, 105]).toBase64(), "aGk=");
eq(Uint8Array.fromBase64("aGk", { alphabet: "base64url" }).toHex(), "6869");
eq([...Uint8Array.fromHex("ff00")], [255, 0]);
eq(new Uint8Array(3).setFromBase64("AQI=").written, 2);
throws(() => Uint8Array.fromHex("f"), "SyntaxError");
eq(atob(btoa("x\u00ff")), "x\u00ff");
throws(() => btoa("\u0100"), "InvalidCharacterError");
console.log("ok");
