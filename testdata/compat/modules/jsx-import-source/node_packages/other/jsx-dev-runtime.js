exports.jsxDEV = (t, p) => ({ otherDev: t, p }); exports.Fragment = "OFD";
