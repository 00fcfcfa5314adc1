import * as me from "./self.mjs"; import * as again from "./self.mjs"; export { me, again }; export const v = 7;
