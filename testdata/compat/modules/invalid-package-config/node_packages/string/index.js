module.exports = "string";
