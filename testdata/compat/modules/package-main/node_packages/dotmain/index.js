module.exports = "dot main";
