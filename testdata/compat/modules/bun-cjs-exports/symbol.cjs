exports[Symbol.for('q')] = 1; exports.a = 1;
