// push and pop of arrays, as the language has them, against definitions of their own.
const check = (name, got, want) => { if (!Object.is(got, want)) console.log(`${name}: ${String(got)}, not ${String(want)}`); };
const push = (o, ...values) => {
  let n = Math.min(Math.max(Math.trunc(Number(o.length)) || 0, 0), Number.MAX_SAFE_INTEGER);
  for (const v of values) if (!Reflect.set(o, String(n++), v, o)) throw new TypeError();
  if (!Reflect.set(o, "length", n, o)) throw new TypeError();
  return n;
};
const pop = (o) => {
  const n = Math.min(Math.max(Math.trunc(Number(o.length)) || 0, 0), Number.MAX_SAFE_INTEGER);
  let v;
  if (n > 0) { v = o[n - 1]; if (!Reflect.deleteProperty(o, String(n - 1))) throw new TypeError(); }
  if (!Reflect.set(o, "length", Math.max(n - 1, 0), o)) throw new TypeError();
  return v;
};
class Sub extends Array {}
class Own extends Array { push(v) { return "own" + v; } pop() { return "own"; } }
const makers = {
  empty: () => [], some: () => [1, 2, 3], holes: () => [1, , 3], end: () => [1, , ,], long: () => Object.assign([1], { length: 9 }), huge: () => Object.assign([], { length: 2 ** 32 - 1 }),
  spread: () => [...Array(40).keys()], frozen: () => Object.freeze([1, 2]), sealed: () => Object.seal([1, 2]), closed: () => Object.preventExtensions([1, 2]), fixed: () => Object.defineProperty([1, 2], "length", { writable: false }),
  accessor: () => Object.defineProperty([1], 1, { get: () => "got", configurable: true }), readonly: () => Object.defineProperty([1, 2], 1, { writable: false }),
  named: () => Object.assign([1, 2], { a: 1 }), proto: () => Object.setPrototypeOf([1, 2], { push: [].push, pop: [].pop, 2: "inherited" }), subclass: () => Sub.from([1, 2]), objects: () => [{}, []], args: () => (function () { return arguments; })(1, 2),
  array: () => ({ length: 2, 0: "a", 1: "b" }), noLength: () => ({}), text: () => ({ length: "2", 1: 2 }), typed: () => new Uint8Array(2), proxy: () => new Proxy([1, 2], {}),
};
const see = (o) => JSON.stringify([Reflect.ownKeys(o).map(String), Reflect.ownKeys(o).map((k) => result(() => o[k]))]);
const result = (f) => { try { return String(f()); } catch (e) { return e instanceof RangeError || e instanceof TypeError ? e.name : String(e); } };
for (const [name, make] of Object.entries(makers)) for (const order of ["+", "-", "--", "+-", "-+", "++-", "+++---+", "-----+"]) {
  const a = make(), b = make();
  a.push ?? Object.setPrototypeOf(a, { push: [].push, pop: [].pop });
  b.push ?? Object.setPrototypeOf(b, { push: [].push, pop: [].pop });
  for (const [i, c] of [...order].entries()) {
    check(`${name} ${order} ${i}`, result(() => c === "+" ? a.push(i) : a.pop()), result(() => c === "+" ? push(b, i) : pop(b)));
    check(`${name} ${order} ${i} holds`, see(a), see(b));
  }
}
const own = Own.from([1]);
check("own", own.push(2) + own.pop(), "own2own");
const a = [1];
for (let i = 0; i < 5; i++) a.push(a);
check("itself", a.pop() === a && a.length, 5);
check("no argument", a.push(), 5);
check("an argument", a.pop(1) === a && a.length, 4);
check("dropped", [1].push(2) + [3].pop(), 5);
const o = {}, held = [o];
held.push(o); held.push(o);
check("held", held.pop() === held.pop() && held[0] === o, true);
let sum = 0;
const stack = [];
for (let i = 0; i < 5000; i++) { stack.push({ i }); if (i % 3 === 2) sum += stack.pop().i; }
while (stack.length) sum += stack.pop().i;
check("stack", sum, 12497500);
for (const on of [null, undefined, 1]) for (const f of [[].push, [].pop]) check("call on " + on, result(() => f.call(on, 1)), on === 1 ? f === [].push ? "1" : "undefined" : "TypeError");
Array.prototype[3] = "there";
const set = [];
Object.defineProperty(Array.prototype, 2, { set(v) { set.push(v); }, get: () => "mine", configurable: true });
const watched = [1, 2];
check("through the prototype", watched.push("x") + String(set) + Object.hasOwn(watched, 2) + watched.pop() + watched.length, "3xfalsemine2");
delete Array.prototype[2]; delete Array.prototype[3];
console.log("checked");
