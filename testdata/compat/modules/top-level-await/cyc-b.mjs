import "./cyc-a.mjs"; await null; export const b = "b";
