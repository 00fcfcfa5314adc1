module.exports = "nested package without type";
