module.exports = "nested top";
