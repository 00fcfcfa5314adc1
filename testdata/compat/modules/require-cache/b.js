exports.a = require("./a"); exports.cache = require.cache;
