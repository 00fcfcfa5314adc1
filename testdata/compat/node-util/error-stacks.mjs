// What the stack of an error begins with: the code, where Node's own JavaScript made it, and none of the
// constructors of its own classes.
import assert from "node:assert";
import crypto from "node:crypto";
import { EventEmitter } from "node:events";
import fs from "node:fs";
import util from "node:util";

const first = (s) => s.split("\n")[0];
const shown = (name, f) => {
  try {
    f();
    console.log(name, "did not throw");
  } catch (e) {
    console.log(name);
    for (const s of [String(e), e.stack, util.inspect(e)]) console.log("  " + first(s));
    console.log("  " + [e.name, Object.keys(e), Object.hasOwn(e, "name")].join(" "));
  }
};
shown("type", () => Buffer.from(5));
shown("range", () => Buffer.alloc(5).readInt8(9));
shown("value", () => fs.statSync("x\0y"));
shown("listener", () => new EventEmitter().on("x", 5));
shown("unhandled", () => new EventEmitter().emit("error", 5));
shown("assertion", () => assert.equal(1, 2));
shown("assertion with a message", () => assert(false, "must be"));
shown("promisify", () => util.promisify(5));
shown("parseArgs", () => util.parseArgs({ args: ["--x"] }));
shown("system", () => fs.readFileSync("/nowhere"));
// Those that Node makes in C++ have a code and do not show it.
shown("url", () => new URL("nowhere"));
shown("digest", () => crypto.pbkdf2Sync("a", "b", 1, 1, "none"));
shown("cipher", () => crypto.createCipheriv("none", "", ""));

class HttpError extends Error {
  constructor(status, message, options) {
    super(message, options);
    this.name = "HttpError";
    this.status = status;
  }
}
class NotFound extends HttpError {
  constructor(what) {
    super(404, `no ${what}`, { cause: new HttpError(500, "within") });
    this.inner = new Error("inner");
  }
}
class Plain extends NotFound {}
function make(C) {
  return new C("page");
}
const e = make(Plain);
const names = (s) => [...s.matchAll(/at (?:new )?(\w+) \(/g)].map((m) => m[1]);
console.log(first(e.stack), names(e.stack), names(e.cause.stack), names(e.inner.stack));
console.log(first(make(HttpError).stack), names(make(HttpError).stack));
const changed = new Error("before");
console.log(first(changed.stack));
changed.message = "after";
console.log(first(util.inspect(changed)), first(String(changed)));
