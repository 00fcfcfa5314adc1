// An error's stack is a property of its own, the first of them.
const short = (text) => (typeof text === "string" ? text.split("\n")[0] : text);
const e = new Error("one", { cause: 1 });
console.log(Object.getOwnPropertyNames(e), Reflect.ownKeys(new TypeError("two")));
const kept = JSON.parse(JSON.stringify(e, Object.getOwnPropertyNames(e)));
console.log(Object.keys(kept), short(kept.stack), kept.message);
console.log(Object.keys(e), { ...e }, JSON.stringify(e));

for (const has of [(x) => x.hasOwnProperty("stack"), (x) => Object.hasOwn(x, "stack"), (x) => "stack" in x, (x) => x.propertyIsEnumerable("stack")]) console.log(has(new Error("three")));
const d = Object.getOwnPropertyDescriptor(new Error("four"), "stack");
console.log(short(d.value), d.writable, d.enumerable, d.configurable);
console.log(Object.keys(Object.getOwnPropertyDescriptors(new Error("five"))).sort());

class Coded extends Error {
  constructor(message) {
    super(message);
    this.name = "Coded";
    this.code = 7;
    this[3] = "number";
  }
}
console.log(Object.getOwnPropertyNames(new Coded("six")));

// Assigned, deleted and defined, before and after somebody looked.
for (const look of [false, true]) {
  const a = new Error("seven");
  if (look) Object.getOwnPropertyNames(a);
  a.stack = "assigned";
  console.log(a.stack, Object.getOwnPropertyNames(a));
  const b = new Error("eight");
  if (look) Object.getOwnPropertyNames(b);
  delete b.stack;
  console.log(b.stack, Object.getOwnPropertyNames(b), b.hasOwnProperty("stack"));
  const c = new Error("nine");
  if (look) Object.getOwnPropertyNames(c);
  console.log(Object.defineProperty(c, "stack", { value: "defined" }) === c, Object.getOwnPropertyDescriptor(c, "stack"));
  const frozen = new Error("ten");
  if (look) Object.getOwnPropertyNames(frozen);
  Object.freeze(frozen);
  console.log(short(frozen.stack));
}

const copy = Object.defineProperties(Object.create(Error.prototype), Object.getOwnPropertyDescriptors(new Error("eleven")));
console.log(short(copy.stack), copy.message, copy instanceof Error);
const again = new Error("twelve");
Object.getOwnPropertyNames(again);
Error.captureStackTrace(again);
console.log(short(again.stack), Object.getOwnPropertyNames(again));
try {
  null.x;
} catch (thrown) {
  console.log(Object.getOwnPropertyNames(thrown), Object.getOwnPropertyNames(new AggregateError([], "many")));
}
class Thrower extends Error {
  get name() {
    throw new RangeError("no name");
  }
}
try {
  console.log(new Thrower("x").hasOwnProperty("stack"));
} catch (thrown) {
  console.log(thrown.message);
}
