// Finds all that a program can replace: every configurable or writable method and
// accessor of every object that is reachable from globalThis, from the built-in
// modules and from syntax; and what it can add to the prototypes of everything.
// Then replaces what is CHOSEN, as MODE says: "throw", "loop", "record", or "none".
const { ownKeys, getOwnPropertyDescriptor: describe, defineProperty: define, getPrototypeOf, apply } = Reflect;
const seen = new Set(), has = seen.has.bind(seen), note = seen.add.bind(seen);
const queue = [], targets = [], called = [];
const visit = (value, path) => {
	if ((typeof value !== "object" && typeof value !== "function") || value === null || has(value)) return;
	note(value);
	queue[queue.length] = [value, path];
};
visit(globalThis, "globalThis");
const modules = import.meta.require("node:module").builtinModules;
for (const name of modules) {
	visit(import.meta.require(name), name);
}
for (const [name, value] of Object.entries({
	generator: (function* () {})(), asyncGenerator: (async function* () {})(), generatorFunction: function* () {}, asyncFunction: async () => {}, asyncGeneratorFunction: async function* () {},
	arrayIterator: [].values(), mapIterator: new Map().values(), setIterator: new Set().values(), stringIterator: ""[Symbol.iterator](), regexpIterator: "".matchAll(/a/g),
	helper: [].values().map((x) => x), wrapper: Iterator.from({ next() {} }), concat: Iterator.concat([1]), params: new URLSearchParams().entries(), headers: new Headers().entries(),
	stats: fs.statSync("/workspace"), dirent: fs.readdirSync("/workspace", { withFileTypes: true })[0], timeout: clearTimeout(setTimeout(() => {})) ?? setTimeout(() => {}).unref(), immediate: setImmediate(() => {}),
	error: new TypeError("x"), promise: Promise.resolve(), meta: import.meta, args: (function () { return arguments })(), bytes: Buffer.alloc(1), stdout: process.stdout,
})) visit(getPrototypeOf(value), `${name}.__proto__`);
for (let i = 0; i < queue.length; i++) {
	const [object, path] = queue[i];
	for (const key of ownKeys(object)) {
		const d = describe(object, key), name = `${path}.${String(key)}`;
		visit(d.value, name);
		visit(d.get, `get ${name}`);
		visit(d.set, `set ${name}`);
		// The language itself asks for these: await for a promise's constructor, for
		// example. Who replaces the last asks to be asked.
		// What a program puts in place of these parts of Module and process is called, as Node calls it.
		if (path === "module.prototype" || path === "module._extensions" || (path === "module" && (key === "_load" || key === "_resolveFilename" || key === "wrap")) || key === "reallyExit") continue;
		if (key === "constructor" || key === "prototype" || key === Symbol.species || key === Symbol.for("nodejs.util.inspect.custom")) continue;
		if (typeof d.value === "function" ? d.configurable || d.writable : (d.get || d.set) && d.configurable) targets[targets.length] = [object, key, d, name];
	}
	visit(getPrototypeOf(object), `${path}.__proto__`);
}
// What plain objects and arrays inherit when it is added there. The language asks
// objects for then, and JSON for toJSON: who adds those asks for it.
const inherited = ["get", "set", "value", "writable", "enumerable", "configurable", "code", "cause", "next", "done", "return", "throw", "signal", "encoding", "flag", "flags", "mode",
	"recursive", "type", "kind", "status", "headers", "method", "body", "depth", "colors", "callback", "ref", "due", "seq", "repeat", "object", "args", "index", "id", "exports", "default",
	"main", "url", "path", "errno", "syscall", "dest", Symbol.asyncIterator, Symbol.isConcatSpreadable, Symbol.dispose];
for (const [name, proto] of [["Object", Object.prototype], ["Array", Array.prototype], ["Function", Function.prototype]])
	for (const key of name === "Object" ? [...inherited, "0", "1", "2"] : inherited) if (!describe(proto, key)) targets[targets.length] = [proto, key, null, `${name}.prototype.${String(key)}, added`];
const record = (name) => { define(called, called.length, { __proto__: null, value: name, writable: true, enumerable: true, configurable: true }) };
if (targets.length < 1500) throw new Error(`only ${targets.length} targets`);
const { construct } = Reflect, total = targets.length;
const evil = (name, original) => {
	if (MODE === "throw") return function () { throw new Error("tampered: " + name) };
	if (MODE === "loop") return function () { for (;;); };
	return function (...args) {
		record(name);
		return new.target ? construct(original, args, new.target) : apply(original, this, args);
	};
};
for (let i = 0; i < total; i++) {
	if (MODE === "none" || !CHOSEN(i)) continue;
	const target = targets[i], object = target[0], key = target[1], d = target[2], name = target[3];
	const value = { __proto__: null };
	if (d === null) {
		value.get = evil(`get ${name}`, () => undefined);
		value.set = evil(`set ${name}`, function (v) { define(this, key, { __proto__: null, value: v, writable: true, enumerable: true, configurable: true }) });
		value.configurable = true;
	} else if (typeof d.value === "function") {
		value.value = evil(name, d.value);
		// A class stays one: what is replaced is what is called.
		if (d.value.prototype !== undefined) define(value.value, "prototype", { __proto__: null, value: d.value.prototype });
	} else {
		if (d.get) value.get = evil(`get ${name}`, d.get);
		if (d.set) value.set = evil(`set ${name}`, d.set);
	}
	define(object, key, value);
}
