module.exports = require("@me/self/sub");
