exports.a = 1; try { module.exports = require("./not-there.cjs"); } catch {}
