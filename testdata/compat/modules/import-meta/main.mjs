import { other } from "./dir/other.mjs";
console.log(import.meta.url.startsWith("file:///"), import.meta.url.endsWith("/main.mjs"));
console.log(Object.keys(import.meta).sort().filter((k) => ["dirname", "filename", "resolve", "url"].includes(k)).join());
console.log(import.meta.filename === import.meta.dirname + "/main.mjs", import.meta.url === "file://" + import.meta.filename);
console.log(Object.getPrototypeOf(import.meta), typeof import.meta.resolve, import.meta.resolve.name);
console.log(other.filename.endsWith("/dir/other.mjs"), other.dirname.endsWith("/dir"), other.url.endsWith("/dir/other.mjs"), other !== import.meta);
import.meta.extra = 5; console.log(import.meta.extra, other.extra);
console.log(Object.isExtensible(import.meta), Object.getOwnPropertyDescriptor(import.meta, "url").writable);
const odd = await import("./d%23x/odd%20%25.mjs");
console.log(odd.meta.url.split("/").slice(-2).join("/"), odd.meta.filename.split("/").slice(-2).join("/"), odd.meta.dirname.split("/").pop());
const r = import.meta.resolve;
const short = (u) => u.replace(import.meta.url.slice(0, import.meta.url.lastIndexOf("/")), "~");
for (const s of ["./dir/other.mjs", "./missing.mjs", "./a b.mjs", "./x/../up.mjs", "fs", "node:fs", "pkg", "pkg/sub.js", "#in", "file:///x/../y.mjs", "data:text/javascript,1", "http://example.com/a", "/abs.mjs", "./dir", "pkg/none.js", "withexports/b"]) {
  try { console.log(s, short(r(s))); } catch (e) { console.log(s, e.name, e.code); }
}
for (const s of ["nope", "", "node:nope", "withexports/c", "./d%2fx"]) try { console.log(r(s)); } catch (e) { console.log(s, e.name, e.code); }
try { eval("import.meta"); } catch (e) { console.log(e.name); }
