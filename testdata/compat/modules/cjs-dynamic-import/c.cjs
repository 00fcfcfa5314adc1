exports.named = "n"; exports.default = "d";
