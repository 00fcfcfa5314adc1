export default "esm.mjs";
