require('./back.mjs');
exports.g = 1;
