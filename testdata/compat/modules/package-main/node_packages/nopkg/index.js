module.exports = "nopkg";
