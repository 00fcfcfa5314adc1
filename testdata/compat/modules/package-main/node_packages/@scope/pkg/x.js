module.exports = "scoped x";
