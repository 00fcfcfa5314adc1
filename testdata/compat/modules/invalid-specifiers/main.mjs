const t = async (s) => { try { const m = await import(s); console.log(JSON.stringify(s), Object.keys(m).length > 0); } catch (e) { console.log(JSON.stringify(s), e.name, e.code, e.message); } };
for (const s of ["", "foo%2fbar", "foo%5Cbar", "foo\\bar", "@scope", "@", "@/x", ".foo", "...", "node:nope", "node:", "nope:x", "http://localhost/x.mjs", "https://localhost/x.mjs", "file:///nope.mjs", "file://host/x.mjs", "fs", "node:fs", "node:fs/promises", "fs/promises", "fs/nope", "node:test", "test", "nodefs", "foo/", "foo//bar", "foo/../bar", "x y", "%66s", "blob:x", "javascript:1", "wasm:x"]) await t(s);
for (const v of [undefined, null, 5, {}]) await t(v);
try { await import(Symbol("s")); } catch (e) { console.log(e.name, e.message); }
try { await import({ toString() { throw new RangeError("mine"); } }); } catch (e) { console.log(e.name, e.message); }
