module.exports = "empty main";
