globalThis.count = (globalThis.count ?? 0) + 1;
export const n = globalThis.count;
export const url = import.meta.url;
export const file = import.meta.filename.split("/").pop();
export const same = import.meta.resolve("./other.mjs").split("/").pop();
