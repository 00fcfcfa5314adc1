module.exports = [this === exports, this === module.exports, typeof globalThis.exports].join();
