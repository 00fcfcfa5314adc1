exports.a = 1; module.exports = require("./e.mjs");
