import { b, hoisted } from "./b.mjs";
console.log("a runs, b is", b);
export const a = "a"; export const getB = () => b; export const early = hoisted();
export function fnA() { return "fnA"; }
