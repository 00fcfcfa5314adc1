// What a module declares with `using` is a variable of the module.
export const log = [];
const early = (() => { try { return read(); } catch (e) { return e.name; } })();
using first = { name: "first", [Symbol.dispose]() { log.push(`first, ${read()}`); } };
await using second = { name: "second", async [Symbol.asyncDispose]() { await 0; log.push(`second, ${read()}`, this === second); } };
using none = null;
export { early, first, none, second as default };
export function read() {
  return first.name + second.name;
}
