export default "self esm";
