module.exports = "mid";
