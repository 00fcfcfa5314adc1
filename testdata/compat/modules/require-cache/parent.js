exports.child = require("./child");
