Object.defineProperty(exports, 'g', { enumerable: true, get() { return 1 } }); Object.defineProperty(exports, 'hidden', { value: 1, writable: true, configurable: true });
