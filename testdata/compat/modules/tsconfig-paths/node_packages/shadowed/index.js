module.exports = "package";
