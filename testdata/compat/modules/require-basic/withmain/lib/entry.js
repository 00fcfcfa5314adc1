module.exports = "with main";
