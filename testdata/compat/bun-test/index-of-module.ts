// run: bun test ./index-of-module.ts
import * as bt from "bun:test";
bt.test("exports", () => { console.log(Object.keys(bt).filter((k) => k !== "default").sort().join()); for (const k of ["test", "it", "describe"] as const) console.log(k, Object.getOwnPropertyNames(bt[k]).filter((n) => !["length", "name", "prototype"].includes(n)).sort().join()); console.log(bt.test === bt.it, typeof bt.expect, bt.jest.fn === bt.mock); });
