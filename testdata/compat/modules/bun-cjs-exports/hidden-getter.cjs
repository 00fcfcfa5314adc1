exports.a = 1; Object.defineProperty(exports, 'g', { get() { return 1 } });
