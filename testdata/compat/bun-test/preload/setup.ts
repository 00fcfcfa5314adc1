import { beforeAll, afterAll, expect, beforeEach } from "bun:test";
(globalThis as any).made = "made";
beforeAll(() => console.log("setup before"));
afterAll(() => console.log("setup after"));
beforeEach(() => console.log("setup each"));
expect.extend({ toBeMine: (v: any) => ({ pass: v === 1, message: () => "no" }) });
