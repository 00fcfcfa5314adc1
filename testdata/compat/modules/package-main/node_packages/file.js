module.exports = "file in node_modules";
