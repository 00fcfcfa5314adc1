exports.jsx = (t, p, k) => ({ jsx: t, p, k }); exports.jsxs = (t, p, k) => ({ jsxs: t, p, k }); exports.Fragment = "Fragment";
