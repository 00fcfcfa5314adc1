export default "esm " + typeof module;
