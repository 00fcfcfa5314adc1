module.exports = "sugar-array";
