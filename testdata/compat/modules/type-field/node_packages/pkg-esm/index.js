export default "pkg esm";
