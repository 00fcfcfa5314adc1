exports.one = 1; module.exports = require("./cyc2.cjs");
