exports.a = 1; exports.p = import("./b.mjs").then((m) => m.value);
