import { x } from "./lib.js"; export default "esm " + x; export const y = typeof module;
