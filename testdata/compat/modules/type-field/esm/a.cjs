module.exports = "cjs ext " + typeof module;
