module.exports = "scoped sub";
