module.exports = "require";
