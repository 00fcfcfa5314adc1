module.exports = require("./x.json");
