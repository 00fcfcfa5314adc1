import a from "./a.cjs"; export const value = "b sees " + a.a;
