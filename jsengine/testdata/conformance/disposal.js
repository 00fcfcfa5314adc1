import { eq, throws } from "./assert.mjs";
const log = [];
const res = (n) => ({ [Symbol.dispose]() { log.push(n); } });
{
  using a = res("a"), b = res("b");
  using none = null;
  log.push("body");
}
eq(log.splice(0), ["body", "b", "a"]);
const stack = new DisposableStack();
stack.use(res("u"));
stack.adopt(5, (v) => log.push(v));
stack.defer(() => log.push("d"));
const moved = stack.move();
eq(stack.disposed, true);
moved.dispose();
eq(log.splice(0), ["d", 5, "u"]);
{
  await using c = { async [Symbol.asyncDispose]() { await 0; log.push("async"); } };
}
eq(log.splice(0), ["async"]);
const later = new AsyncDisposableStack();
later.use(res("s"));
later.defer(async () => { log.push("l"); });
await later.disposeAsync();
eq(log.splice(0), ["l", "s"]);
const sup = throws(() => {
  using x = { [Symbol.dispose]() { throw new Error("second"); } };
  throw new Error("first");
}, "SuppressedError");
eq([sup.error.message, sup.suppressed.message], ["second", "first"]);
for (using x of [res("loop")]) log.push("in");
eq(log, ["in", "loop"]);
console.log("ok");
