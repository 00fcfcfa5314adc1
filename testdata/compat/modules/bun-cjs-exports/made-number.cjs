exports.__esModule = 1; exports.default = 5; exports.a = 1;
