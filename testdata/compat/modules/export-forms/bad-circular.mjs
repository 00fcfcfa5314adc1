export { x } from "./bad-circular.mjs";
