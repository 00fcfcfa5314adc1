// What the language leaves to its host, or ours changes.
import { eq, throws } from "./assert.mjs";
eq((await import("./missing.js").catch((e) => e)).code, "ERR_MODULE_NOT_FOUND");
eq((await import("./data.json", { with: { type: "css" } }).catch((e) => e)).name, "TypeError");
eq(import.meta.url.endsWith("/hosted.js") && import.meta.main, true);
eq(Error.isError(new DOMException("x")), true);
function at() { const o = {}; Error.captureStackTrace(o, at); return o.stack; }
eq(at().startsWith("Error\n    at "), true);
Error.stackTraceLimit = 1;
const deep = () => new Error("d");
eq(deep().stack.split("\n").length, 2);
eq(throws(() => eval("let x ="), "SyntaxError").stack.startsWith("SyntaxError: "), true);
console.log("ok");
