// WebAssembly.Memory: its descriptor, buffer and growth.
const B = (...a) => new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...a]);
const t = (n, f) => { try { console.log(n, "->", f()); } catch (e) { console.log(n, "=>", e.name + ": " + e.message); } };
const W = WebAssembly;
t('m',()=>new W.Memory());
t('m',()=>new W.Memory({}));
t('m',()=>new W.Memory(5));
t('m',()=>new W.Memory({initial:-1}));
t('m',()=>new W.Memory({initial:65537}));
t('m',()=>new W.Memory({initial:2,maximum:1}));
t('m',()=>new W.Memory({initial:'x'}));
t('m',()=>new W.Memory({initial:1,shared:true}));
t('m',()=>W.Memory({initial:1}));
t('m',()=>new W.Memory({initial:1n}));
t('m',()=>new W.Memory({initial:1,maximum:1e10}));
const m=new W.Memory({initial:1,maximum:2});
t('g',()=>m.grow(2));
t('g',()=>m.grow());
t('g',()=>m.grow(-1));
t('g',()=>m.grow('a'));
t('g',()=>W.Memory.prototype.grow.call({},1));
t('b',()=>Object.getOwnPropertyDescriptor(W.Memory.prototype,'buffer').get.call({}));


const d = m.buffer;
console.log(m.buffer === d, d.byteLength, d instanceof ArrayBuffer);
new Uint8Array(d)[5] = 42;
console.log(m.grow(1), d.byteLength, m.buffer === d, m.buffer.byteLength, new Uint8Array(m.buffer)[5]);
const same = m.buffer;
console.log(m.grow(0), same.byteLength, m.buffer === same, m.buffer.byteLength);
console.log(new W.Memory({ initial: 0 }).buffer.byteLength, new W.Memory({ initial: 1, maximum: 1, shared: false }).buffer.byteLength);
class Mine extends W.Memory { extra = 1; }
const mine = new Mine({ initial: 1 });
console.log(mine instanceof Mine, mine instanceof W.Memory, mine.extra, mine.buffer.byteLength);
t("clone", () => structuredClone(new W.Module(B())) instanceof W.Module);
