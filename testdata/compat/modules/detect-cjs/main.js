const { x } = require("./lib"); console.log(x, typeof exports, __filename.split("/").pop()); import("./esm.js").then((m) => console.log(m.default, m.y)); console.log(this === module.exports);
