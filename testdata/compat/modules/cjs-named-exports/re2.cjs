exports.z = "z";
