module.exports = "real package";
