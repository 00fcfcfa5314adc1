export default "real.js";
