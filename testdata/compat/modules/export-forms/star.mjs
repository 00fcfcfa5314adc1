export * from "./s1.mjs"; export * from "./s2.mjs"; export const own = "own wins";
