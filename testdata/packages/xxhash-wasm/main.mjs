import xxhash from "xxhash-wasm";

const { h32, h32ToString, h32Raw, h64, h64ToString, h64Raw, create32, create64 } = await xxhash();
console.log(h32("hello"), h32("hello", 7), h32ToString("hello"), h32(""), h32Raw(new Uint8Array([1, 2, 3])));
console.log(h64("hello"), h64("hello", 7n), h64ToString("hello"), h64(""), h64Raw(new Uint8Array(1000).fill(9)));
console.log(h64ToString("héllo, wörld ✓".repeat(5000)));
const a = create32(5), b = create64();
for (let i = 0; i < 100; i++) { a.update(`part ${i}`); b.update(new Uint8Array([i, i + 1])); }
console.log(a.digest(), b.digest());
