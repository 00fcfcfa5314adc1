// What is rarely asked for: timers of old, single executables, the console's words of node:repl.
const timers = require("node:timers"), sea = require("node:sea"), assert = require("node:assert"), repl = require("node:repl");
const t = (name, f) => {
  try {
    console.log(name, f());
  } catch (e) {
    console.log(name, e.name, e.code, e.message);
  }
};
t("ok", () => assert.ok === assert && assert.strict.ok === assert && assert.name);
t("isSea", () => sea.isSea());
t("asset", () => sea.getAsset("a"));
t("asset name", () => sea.getAsset(1));
t("asset encoding", () => sea.getAsset("a", 1));
t("raw asset", () => sea.getRawAsset("a"));
t("blob", () => sea.getAssetAsBlob("a"));
t("writer", () => repl.writer({ a: [1, "x"] }));
t("recoverable", () => {
  const e = new repl.Recoverable(new Error("x"));
  return [e instanceof SyntaxError, e.err.message];
});
t("modules", () => repl.builtinModules.includes("fs") && !repl.builtinModules.some((m) => m[0] === "_"));
const item = { _onTimeout: () => console.log("item's time", item._idleTimeout) };
const other = { _onTimeout: () => console.log("never") };
timers.enroll(item, 5);
timers.active(item);
timers.enroll(other, 1);
timers.active(other);
timers.unenroll(other);
t("enrolled", () => [item._idleTimeout, other._idleTimeout]);
