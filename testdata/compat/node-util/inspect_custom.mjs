import util, { inspect } from "node:util";
const i = (v, o) => console.log(inspect(v, o));
i({ [inspect.custom]() { return "text"; } }); i({ a: { [inspect.custom]() { return "multi\nline"; } } }); i({ [inspect.custom]() { return { x: 1 }; } }); i({ [inspect.custom]() { return 5; } }); i({ [inspect.custom]() { return undefined; } }); i({ [inspect.custom]() { return this; }, k: 1 });
i({ [inspect.custom](depth, options, insp) { return [depth, typeof options.stylize, insp === inspect, Object.keys(options).sort().join()].join(" "); } });
i({ n: { [inspect.custom](depth) { return `depth ${depth}`; } } }); i({ [inspect.custom](d) { return `d${d}`; } }, { depth: 5 }); i([{ [inspect.custom](d) { return `d${d}`; } }], { depth: null });
i({ [inspect.custom](d, o) { return inspect({ a: { b: { c: 1 } } }, o); } }); i({ [inspect.custom](d, o) { return o.stylize("x", "number"); } }, { colors: true });
class Money { constructor(n) { this.n = n; } [inspect.custom](depth, options) { return `Money<${options.stylize(this.n, "number")}>`; } } i(new Money(5)); i([new Money(1), new Money(2)]); i({ price: new Money(3) }); i(new Map([["m", new Money(4)]]));
i({ inspect() { return "not used"; } }); i({ toString() { return "nor this"; } }); i({ [Symbol.toPrimitive]() { return "p"; } });
try { i({ [inspect.custom]() { throw new Error("custom threw"); } }); } catch (e) { console.log("threw", e.message); }
i({ get [inspect.custom]() { return () => "getter"; } }); i({ [inspect.custom]: "not function" }); i(Object.assign(() => {}, { [inspect.custom]: () => "fn" }));
class Base { #p = 1; x = 1; get y() { return 2; } } i(new Base()); class Derived extends Base { z = 3; } i(new Derived()); i(Base.prototype); i(Derived); i(Object.create(Derived.prototype)); i(new (class { a = 1; })()); i(new (function Old() { this.o = 1; })());
i(Object.create(new Base())); i(Object.setPrototypeOf({ a: 1 }, null)); i(Object.setPrototypeOf([1], null)); i(Object.setPrototypeOf(new Map([[1, 2]]), null)); i(new (class Foo extends Array {})(3)); i(new (class Foo extends Uint8Array {})(2)); i(new (class Foo extends Date {})(0)); i(new (class P extends Promise {})(() => {})); i(new (class R extends RegExp {})("x")); i(new (class N extends Number {})(3));
const o = { constructor: "not function", a: 1 }; i(o); i({ constructor: { name: "Fake" } }); const anon = new (class {})(); i(anon); function F() {} F.prototype = null; i(new F());
i(new util.TextEncoder()); i(new URL("http://x.y/z")); i(new Headers({ a: "b" })); i(new AbortController().signal.aborted); i(Symbol.iterator); i([Symbol.for("x")]); i(new (class { get [Symbol.toStringTag]() { return "Tag"; } })()); i({ [Symbol.toStringTag]: "Obj", a: 1 });
