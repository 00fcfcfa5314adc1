module.exports = "exact main";
