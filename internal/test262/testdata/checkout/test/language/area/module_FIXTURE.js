import * as self from "./module.js";
export const value = 1;
export { self };
