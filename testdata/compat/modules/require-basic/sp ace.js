module.exports = "space";
