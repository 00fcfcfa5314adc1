import data from "./data.json" with { type: "json" };
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
console.log(data, Object.isFrozen(data));
const t = async (name, f) => { try { console.log(name, await f()); } catch (e) { console.log(name, e.name, e.code, e.message); } };
await t("dynamic", async () => (await import("./data.json", { with: { type: "json" } })).default === data);
await t("keys", async () => Object.keys(await import("./data.json", { with: { type: "json" } })));
await t("no attribute", () => import("./data.json"));
await t("wrong type", () => import("./mod.mjs", { with: { type: "json" } }));
await t("unknown type", () => import("./data.json", { with: { type: "css" } }));
await t("unknown key", () => import("./data.json", { with: { type: "json", foo: "bar" } }));
await t("not an object", () => import("./data.json", 5));
await t("with not object", () => import("./data.json", { with: 5 }));
await t("not a string", () => import("./data.json", { with: { type: 5 } }));
await t("empty", async () => typeof (await import("./mod.mjs", { with: {} })));
await t("undefined options", async () => typeof (await import("./mod.mjs", undefined)));
await t("bom", async () => (await import("./bom.json", { with: { type: "json" } })).default);
await t("scalar", async () => (await import("./scalar.json", { with: { type: "json" } })).default);
await t("require same", async () => require("./data.json") === data);
await t("require again", async () => require("./data.json") === require("./data"));
await t("package json", async () => (await import("pkg/package.json", { with: { type: "json" } })).default.name);
for (const f of ["./broken.json", "./empty.json"]) {
  try { await import(f, { with: { type: "json" } }); } catch (e) { console.log(f, e.name, e.message.includes(f.slice(2))); }
  try { require(f); } catch (e) { console.log(f, e.name, e.message.includes(f.slice(2))); }
}
