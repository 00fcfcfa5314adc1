export default "esm.ts";
