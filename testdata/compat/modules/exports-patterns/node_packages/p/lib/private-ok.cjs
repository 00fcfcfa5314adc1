module.exports = "private-ok";
