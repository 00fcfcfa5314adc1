const one = require("./replace1.cjs"); module.exports = { see: () => typeof one + " " + typeof require("./replace1.cjs") };
