module.exports = require("fs").fake;
