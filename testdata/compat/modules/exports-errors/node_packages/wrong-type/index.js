module.exports = "wrong type";
