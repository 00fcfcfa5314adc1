export default "mjs " + typeof module;
