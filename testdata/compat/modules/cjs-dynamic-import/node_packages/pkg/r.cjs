module.exports = "require side";
