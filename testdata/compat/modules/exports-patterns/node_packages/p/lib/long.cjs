module.exports = "long";
