test("c", () => { console.log("c.spec.tsx with globals", typeof describe, typeof it, typeof expect, typeof beforeAll, typeof afterEach, typeof jest, typeof mock); });
