Object.defineProperty(exports, '__esModule', { value: true })
exports.flag = true
exports.default = 'flagged default'
