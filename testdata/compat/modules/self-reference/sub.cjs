module.exports = "self sub";
