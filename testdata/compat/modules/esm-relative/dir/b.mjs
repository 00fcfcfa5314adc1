export default "b";
export { default as up } from "../a.mjs";
