module.exports = "bun";
