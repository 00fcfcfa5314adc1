module.exports = Object.create({ up: "inherited" }); module.exports.up; exports.up = 0;
