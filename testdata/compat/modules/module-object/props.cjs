module.exports.x = 1; exports.y = 2; Object.defineProperty(exports, "hidden", { value: 3 });
