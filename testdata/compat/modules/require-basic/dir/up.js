module.exports = require("..//a") + require("../dir") + require("./");
