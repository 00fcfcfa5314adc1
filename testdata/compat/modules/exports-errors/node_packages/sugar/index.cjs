module.exports = "sugar";
