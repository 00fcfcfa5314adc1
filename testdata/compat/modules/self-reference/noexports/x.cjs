module.exports = require("noexports");
