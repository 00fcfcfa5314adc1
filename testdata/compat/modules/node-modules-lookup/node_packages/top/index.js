module.exports = "root top";
