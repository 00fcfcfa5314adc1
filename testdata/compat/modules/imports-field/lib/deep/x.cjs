module.exports = "deep x";
