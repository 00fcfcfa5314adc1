module.exports = new Map([[1, 2]]); module.exports.x = 1;
