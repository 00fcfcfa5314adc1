// What tells programs where they run.
import path from "node:path";
const names = ["Bun", "HTMLRewriter", "BuildMessage", "ResolveMessage", "Worker", "self", "addEventListener", "dispatchEvent", "removeEventListener", "onerror"];
console.log(names.filter((name) => name in globalThis || typeof globalThis[name] !== "undefined"));
console.log(process.versions.bun, process.isBun, "bun" in process.versions, process.versions.node === process.version.slice(1));
console.log(path.basename(process.execPath), path.basename(process.argv[0]), process.title, process.release.name);
console.log(process.constructor.call({}), process.constructor.name, Object.getPrototypeOf(Object.getPrototypeOf(process)).constructor.name);
console.log((function () { return typeof self; })(), new Function("return typeof Bun")());
