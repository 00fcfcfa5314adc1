exports.named = "c";
