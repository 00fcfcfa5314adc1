module.exports = "sub a";
