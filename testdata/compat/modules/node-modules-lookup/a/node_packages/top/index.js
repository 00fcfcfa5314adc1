module.exports = "a top";
