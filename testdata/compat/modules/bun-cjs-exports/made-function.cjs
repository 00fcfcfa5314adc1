module.exports = function f() {}; module.exports.__esModule = true; module.exports.default = 5; module.exports.q = 1;
