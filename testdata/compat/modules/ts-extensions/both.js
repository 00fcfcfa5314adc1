export default "both.js";
