module.exports = "z";
