export let value = 1;
export const twice = 2;
export function made() { value = 3; return value; }
