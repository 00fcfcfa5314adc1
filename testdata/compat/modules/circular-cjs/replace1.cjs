const two = require("./replace2.cjs"); module.exports = () => two.see();
