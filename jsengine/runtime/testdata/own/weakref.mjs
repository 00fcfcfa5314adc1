// A WeakRef's target lives to the end of the job that made or read the reference.
const make = () => new WeakRef({ a: 1 });
const r = make();
console.log(r.deref(), r.deref()?.a, r instanceof WeakRef, Object.prototype.toString.call(r));
const list = [];
for (let i = 0; i < 3; i++) list.push(make());
console.log(list.map((x) => x.deref()?.a).join());
class Mine extends WeakRef {}
console.log(new Mine({ b: 2 }).deref().b, Mine.name, WeakRef.length, WeakRef.prototype.constructor === WeakRef);
try {
  WeakRef({});
} catch (e) {
  console.log(e.name);
}
try {
  new WeakRef(1);
} catch (e) {
  console.log(e.name);
}
