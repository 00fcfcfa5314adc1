module.exports = "BEFORE";
