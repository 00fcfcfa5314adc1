exports.createElement = (t, p, ...c) => ({ classic: t, p, c }); exports.Fragment = "CF";
