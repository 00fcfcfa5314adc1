module.exports = "y";
