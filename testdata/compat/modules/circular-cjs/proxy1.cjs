require("./proxy2.cjs"); exports.x = 1;
