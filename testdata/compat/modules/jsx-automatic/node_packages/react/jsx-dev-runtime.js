exports.jsxDEV = (t, p, k, s) => ({ dev: t, p, k, s }); exports.Fragment = "DevFragment";
