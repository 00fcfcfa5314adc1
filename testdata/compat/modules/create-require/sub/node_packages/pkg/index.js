module.exports = "sub pkg";
