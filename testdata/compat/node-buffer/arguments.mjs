// What write, fill and the writers of numbers look at, and in which order.
const b = Buffer.alloc(4);
const say = (f) => { b.fill(0); try { console.log(String(f).slice(6), f(), b); } catch (e) { console.log(String(f).slice(6), e.name, e.code, e.message); } };
for (const f of [
  () => b.write("6162", undefined, 1, "hex"), () => b.write("ab", null), () => b.write("ab", 1.5), () => b.write("ab", 1, "hex"), () => b.write("ab", "hex"), () => b.write("ab", "1", 2), () => b.write("ab", 9), () => b.write("ab", 1, 9),
  () => b.write("ab", 1, undefined, "nope"), () => b.write(5), () => b.write("ab", 0, NaN), () => b.write("😀", undefined, 2), () => b.fill(1, null), () => b.fill(1, 1.5), () => b.fill(1, 0, null), () => b.fill(1, undefined, "x"), () => b.fill(1, undefined, 2),
  () => b.fill("a", "latin1"), () => b.fill("a", 1, "latin1"), () => b.fill("a", -1), () => b.fill("a", 0, 9), () => b.fill("a", 0, 1, "nope"), () => b.fill("a", 0, 1, 5), () => b.fill(true, "1"), () => b.fill(Buffer.from("xy"), "1"), () => b.fill("zz", "hex"),
  () => b.writeInt16LE(99999, "1"), () => b.writeUInt8(999, "1"), () => b.writeInt8(999, {}), () => b.writeUIntBE(99999, "1", 2), () => b.writeUIntBE(99999, 0, 2), () => b.writeUInt8(1, 9), () => b.writeFloatBE(1, "2"),
]) say(f);
