exports.default = "default condition";
