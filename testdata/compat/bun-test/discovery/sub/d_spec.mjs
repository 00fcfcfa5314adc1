import { it } from "bun:test"; it("d", () => console.log("d_spec.mjs"));
