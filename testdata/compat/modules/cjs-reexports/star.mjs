export * from "./chain.cjs"; export const a = 1;
