module.exports = "short";
