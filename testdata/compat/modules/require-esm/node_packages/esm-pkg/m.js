export default "esm pkg";
