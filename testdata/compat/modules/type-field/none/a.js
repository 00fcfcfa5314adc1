exports.kind = "cjs"; exports.default = typeof require;
