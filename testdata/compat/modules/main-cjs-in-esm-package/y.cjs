exports.y = "y";
