import { a, fnA } from "./a.mjs";
console.log("b runs,", fnA());
export let tdz; try { a; tdz = "no error"; } catch (e) { tdz = e.name; }
export const b = "b"; export const getA = () => a; export function hoisted() { return "hoisted"; }
