// Views of buffers that shrink, grow or are taken away, also in the middle of a method.
const tell = (f) => {
  try {
    const v = f();
    console.log(v instanceof ArrayBuffer ? `[${new Uint8Array(v)}]` : `${v}`);
  } catch (e) {
    console.log(e.name);
  }
};
const buffer = () => {
  const b = new ArrayBuffer(8, { maxByteLength: 16 });
  new Uint8Array(b).set([1, 2, 3, 4, 5, 6, 7, 8]);
  return b;
};
const then = (v, f) => ({ valueOf: () => (f(), v) });

for (const size of [2, 4, 6, 8, 12]) {
  for (const length of [undefined, 4]) {
    for (const at of [0, 1, 3, 4, 7, 8]) {
      const b = buffer();
      const d = new DataView(b, 4, length);
      b.resize(size);
      tell(() => `${size} ${length} ${at}: ${d.getInt8(at)}`);
      tell(() => `${size} ${length} ${at}: ${d.setInt8(at, 9)} ${new Uint8Array(b)}`);
    }
  }
  const b = buffer();
  tell(() => b.slice(then(2, () => b.resize(size)), 7));
  const c = buffer();
  tell(() => new Uint8Array(c, 4).with(1, then(9, () => c.resize(size))));
  const d = buffer();
  tell(() => new Uint8Array(d, 4, 4).with(1, then(9, () => d.resize(size))));
  const e = buffer();
  tell(() => new Uint8Array(e).copyWithin(then(1, () => e.resize(size)), 3));
  const f = buffer();
  tell(() => new Uint8Array(f, 4).copyWithin(then(1, () => f.resize(size)), 3, 3));
}

const gone = buffer();
structuredClone(gone, { transfer: [gone] });
console.log(gone.byteLength, gone.maxByteLength, gone.resizable);
const short = buffer();
const view = new Uint8Array(short, 4);
short.resize(2);
tell(() => view.with(0, then(1, () => console.log("never"))));
