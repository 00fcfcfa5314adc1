const many = {};
for (let i = 0; i < 60; i++) many['n' + i] = i;
Object.setPrototypeOf(exports, many);
Object.defineProperty(exports, 'g', { enumerable: true, get() { require('./late.mjs'); return 'got'; } });
exports.after = 'after';
