export { n, n as renamed } from "./counter.mjs";
export * as ns2 from "./counter.mjs";
