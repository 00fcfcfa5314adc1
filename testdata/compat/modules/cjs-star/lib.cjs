exports.name = 'lib'
exports.add = (a, b) => a + b
exports.default = 'its default'
exports.shadowed = 'of lib'
