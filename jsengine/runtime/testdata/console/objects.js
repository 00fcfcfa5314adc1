console.log({});
console.log({ a: 1 });
console.log({ a: 1, b: "two", c: null, d: undefined, e: true });
console.log({ a: { b: { c: {} } } });
console.log({ a: { b: { c: { d: 1 } } } });
console.log({ a: { b: { c: { d: { e: { f: { g: 1 } } } } } } });
console.log({ "a-b": 1, "1": 2, "a b": 3, $x: 4, _y: 5, "é": 6, "": 7, "1a": 8, "with\"q": 9 });
console.log({ [Symbol("s")]: 1, [Symbol.iterator]: 2, [Symbol()]: 3 });
console.log({ f() {}, g: () => {}, h: function () {}, i: async () => {}, *j() {}, async *k() {}, l: class {}, m: class M {}, n: class N extends Array {} });
console.log(function () {}, () => {}, function named() {}, async function af() {}, function* gf() {}, async function* agf() {}, class {}, class A {}, class B extends Map {});
console.log({ get a() { return 1; }, set b(v) {}, get c() { return 2; }, set c(v) {} });
console.log({ a: [] , b: {}, c: [{}], d: [[]] });
console.log(Object.create(null));
console.log(Object.assign(Object.create(null), { a: 1 }));
class Foo { constructor() { this.x = 1; } }
console.log(new Foo(), [new Foo()], { foo: new Foo() });
class Empty {}
console.log(new Empty(), { e: new Empty() });
class Sub extends Foo { y = 2; #z = 3; static s = 1; get w() { return 1; } m() {} }
console.log(new Sub(), Sub);
function Old() { this.a = 1; }
console.log(new Old());
console.log(Object.create({ inherited: 1 }));
console.log(Object.create(new Foo()));
console.log(Object.create(Foo.prototype));
const cyc = { name: "c" }; cyc.self = cyc; cyc.arr = [cyc];
console.log(cyc);
const shared = { s: 1 };
console.log({ a: shared, b: shared });
console.log({ [Symbol.toStringTag]: "Tagged", a: 1 });
class Tag { get [Symbol.toStringTag]() { return "TT"; } }
console.log(new Tag());
console.log({ constructor: "no" });
console.log({ constructor: { name: "Fake" }, a: 1 });
console.log({ toString() { return "x"; } });
console.log({ toJSON() { return "x"; }, a: 1 });
console.log(Object.defineProperty({ a: 1 }, "hidden", { value: 2, enumerable: false }));
console.log(Object.freeze({ a: 1 }));
console.log({ aaaaaaaaaaaaaaaaaaaa: 1, bbbbbbbbbbbbbbbbbbbbbbbbbbb: 2, cccccccccccccccccccccccc: 3, dddddddddddddddddddd: 4 });
console.log({ long: "x".repeat(200) });
console.log({ multi: "line1\nline2" });
const big = {}; for (let i = 0; i < 30; i++) big["k" + i] = i;
console.log(big);
console.log({ a: 1, fn: function foo() {}, nested: { deep: [1, 2, { x: 1 }] } });
console.log(globalThis === undefined, typeof globalThis);
console.log(Math.PI, JSON !== Math);
console.log([{ a: 1, b: { c: 2 } }, { a: 3 }]);
console.log({ a: function () {}, b: Symbol("x"), c: /re/g, d: new Date(0), e: new Error("boom").message });
(function () { console.log(arguments); })(1, "two");
console.log({ nested: { [Symbol("k")]: { v: 1 } } });
const withProps = function fp() {}; withProps.a = 1;
console.log(withProps, { withProps });
class Stat { static a = 1; static b() {} }
console.log(Stat);
console.log(Object.assign(() => {}, { x: 1 }));
console.log(new (class extends Foo {})());
console.log(new (class extends null { constructor() { return Object.create(new.target.prototype); } })());
console.log({ a: 1n, b: -0, c: NaN });
console.log({ "key with \n newline": 1 });
console.log([{ get x() { return 1; } }]);
