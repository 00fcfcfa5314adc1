module.exports = "x-x";
