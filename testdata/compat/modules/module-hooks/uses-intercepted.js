module.exports = require("intercepted");
