module.exports = "exact dir index";
