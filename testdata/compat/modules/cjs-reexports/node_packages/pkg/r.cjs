exports.fromPkg = 1;
