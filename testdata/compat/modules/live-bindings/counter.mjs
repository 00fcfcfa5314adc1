export let n = 0; export function inc() { n++; obj.n = n; }
export const obj = {}; export let later;
setTimeout(() => { later = "set"; }, 0);
let value = "first"; export { value as default }; export function setDefault(v) { value = v; }
export { fn, K }; function fn() { return "hoisted"; } class K { k = 1; }
