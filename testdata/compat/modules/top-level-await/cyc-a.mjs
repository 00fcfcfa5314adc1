import { b } from "./cyc-b.mjs"; await null; export const a = "a after " + b;
