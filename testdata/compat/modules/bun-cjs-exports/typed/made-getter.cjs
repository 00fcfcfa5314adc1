Object.defineProperty(exports, '__esModule', { value: true }); Object.defineProperty(exports, 'g', { enumerable: true, get() { return 1 } }); Object.defineProperty(exports, 'hidden', { value: 1 });
