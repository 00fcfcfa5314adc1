module.exports = { ...require("./chain3.cjs") };
