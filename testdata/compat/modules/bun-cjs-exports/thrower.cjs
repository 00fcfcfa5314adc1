Object.defineProperty(exports, 'g', { enumerable: true, get() { throw new Error('not read') } }); exports.a = 1;
