module.exports = "star";
