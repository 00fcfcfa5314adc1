module.exports = "indexjs";
