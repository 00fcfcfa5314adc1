Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 5; exports.a = 1; Object.defineProperty(exports, 'hidden', { value: 1 });
