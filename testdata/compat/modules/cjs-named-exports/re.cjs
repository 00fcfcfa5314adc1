exports.x = "x"; exports.y = "y"; exports.default = "re default";
