module.exports = "dep sub";
