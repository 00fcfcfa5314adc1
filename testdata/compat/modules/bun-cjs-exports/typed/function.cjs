module.exports = function f(a) {}; module.exports.x = 1;
