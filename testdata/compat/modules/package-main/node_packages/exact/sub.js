module.exports = "exact sub";
