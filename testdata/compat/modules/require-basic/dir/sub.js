module.exports = require(".");
