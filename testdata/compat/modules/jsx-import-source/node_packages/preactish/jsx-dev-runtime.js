exports.jsxDEV = (t, p, k) => ({ preactDev: t, p, k }); exports.Fragment = "PFD";
