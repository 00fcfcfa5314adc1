// A rejection that nobody handles is thrown: its reason, if that is an error, or one that names it.
process.on("uncaughtException", (e, origin) => console.log(e?.name, e?.code, e?.message, `${e?.stack}`.split("\n")[0], Object.keys(e), e instanceof Error, origin));
for (const reason of [
  1, "s", undefined, null, Symbol("q"), 5n, true, { a: 1 }, [1, 2], () => {}, function named() {}, class C {}, { stack: "x" }, Object.create(null), new (class Foo {})(),
  new Date(0), /x/, new Map(), new Uint8Array(2), { toString() { throw 1; } }, { [Symbol.toStringTag]: "T" }, { toString: 1, [Symbol.toStringTag]: "T" }, Object.create(new TypeError("of the prototype")),
  new Error("itself"),
]) Promise.reject(reason);
