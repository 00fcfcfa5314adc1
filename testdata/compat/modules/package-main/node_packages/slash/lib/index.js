module.exports = "slash lib index";
