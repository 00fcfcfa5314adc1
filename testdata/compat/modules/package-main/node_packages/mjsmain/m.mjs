export default "mjs main";
