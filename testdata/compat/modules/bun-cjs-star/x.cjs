exports.a = 1;
exports.b = function b() {};
exports.default = 'the default';
exports.own = 'of x';
Object.defineProperty(exports, 'hidden', { value: 1, enumerable: false });
