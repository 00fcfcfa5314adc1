module.exports = require("./chain2.cjs"); module.exports.own = "own";
