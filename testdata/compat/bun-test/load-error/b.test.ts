import { test } from "bun:test"; test("b", () => console.log("b runs"));
