exports.deep = "deep"; exports.default = "d3"; exports.__esModule = true;
