import "./throws2.mjs"; export const x = 1;
