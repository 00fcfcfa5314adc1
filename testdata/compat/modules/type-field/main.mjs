import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const show = async (f) => {
  try { const m = await import(f); console.log(f, "import", m.default, Object.keys(m).join()); } catch (e) { console.log(f, "import", e.name, e.code, e.message); }
  try { const m = require(f); console.log(f, "require", m.default ?? m); } catch (e) { console.log(f, "require", e.name, e.code, e.message.split("\n")[0]); }
};
await show("./none/a.js");
await show("./none/esm.js");
await show("./none/tla.js");
await show("./cjs/a.js");
await show("./cjs/esm.js");
await show("./cjs/a.mjs");
await show("./esm/a.js");
await show("./esm/cjs.js");
await show("./esm/a.cjs");
await show("./esm/sub/a.js");
await show("./esm/nested/a.js");
await show("pkg");
await show("pkg-esm");
