module.exports = "default";
