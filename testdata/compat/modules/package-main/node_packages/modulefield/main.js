module.exports = "main field";
