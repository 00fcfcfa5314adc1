exports.viaImport = import("./d.mjs").then((m) => m.default);
