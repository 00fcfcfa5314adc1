exports.a = 1; Object.defineProperty(exports, 'hidden', { value: 1 });
