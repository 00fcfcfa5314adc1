Object.defineProperty(exports, '__esModule', { value: true });
exports.default = 'made';
exports.d = 4;
