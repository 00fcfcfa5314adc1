exports.a = 1; exports.gone = 2; delete exports.gone; module.exports = { a: "replaced" };
