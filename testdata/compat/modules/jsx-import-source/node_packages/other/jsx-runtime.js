exports.jsx = (t, p) => ({ other: t, p }); exports.jsxs = exports.jsx; exports.Fragment = "OF";
