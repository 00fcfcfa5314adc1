module.exports = "cjs " + typeof module;
