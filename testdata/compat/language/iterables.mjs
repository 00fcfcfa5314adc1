// ref: node
// An iterable is asked for its iterator once, and read as the language says.
const watched = (target) => {
  const reads = [];
  return [new Proxy(target, { get(t, key, receiver) { reads.push(String(key)); return Reflect.get(t, key, receiver); } }), reads];
};
for (const use of [
  (p) => [...p], (p) => Math.max(...p), (p) => { const [a] = p; return a; }, (p) => Array.from(p), (p) => Array.from(p, (x) => x), (p) => new Set(p), (p) => { for (const x of p) return x; },
  (p) => { const [, ...rest] = p; return rest; }, (p) => [].concat(p), (p) => (function* () { yield* p; })().next().value, (p) => Object.fromEntries(p), (p) => Array.prototype.slice.call(p, 0),
  (p) => structuredClone.name, (p) => JSON.stringify(p), (p) => Array.prototype.map.call(p, (x) => x), (p) => Array.prototype.flat.call(p), (p) => Object.assign([], p), (p) => ({ ...p }), (p) => new Map(p), (p) => String(p),
]) {
  const [p, reads] = watched([[1, 2], [3, 4]]);
  let result;
  try { result = use(p); } catch (e) { result = `${e.name}: ${e.message}`; }
  console.log(String(use), reads.join(" "), result);
}
console.log(Array.from({ [Symbol.iterator]: null, length: 2, 0: "a" }), Array.from({ [Symbol.iterator]: undefined, length: 1 }));
let asked = 0;
const once = { get [Symbol.iterator]() { asked++; return Array.prototype.values; }, length: 1, 0: "x" };
console.log([...once], Array.from(once), asked);
