exports.jsx = (t, p, k) => ({ preact: t, p, k }); exports.jsxs = exports.jsx; exports.Fragment = "PF";
