module.exports = "empty";
