import "./1.mjs"; import "./2.cjs"; import "./3.mjs"; import "./4.json" with { type: "json" };
console.log("main", globalThis.order.join(" "));
globalThis.order = []; await import("./deep.mjs"); console.log(globalThis.order.join(" "));
globalThis.order = []; try { await import("./missing-dep.mjs"); } catch (e) { console.log(e.code, globalThis.order.length); }
globalThis.order = []; try { await import("./bad-name.mjs"); } catch (e) { console.log(e.name, globalThis.order.length); }
globalThis.order = []; try { await import("./cjs-throws.mjs"); } catch (e) { console.log(e.message, globalThis.order.join(" ")); }
try { await import("./cjs-throws.mjs"); } catch (e) { console.log(e.message, globalThis.order.join(" ")); }
