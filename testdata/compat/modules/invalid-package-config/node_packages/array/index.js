module.exports = "array";
