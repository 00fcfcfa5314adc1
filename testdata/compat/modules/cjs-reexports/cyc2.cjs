exports.two = 2; module.exports = require("./cyc1.cjs");
