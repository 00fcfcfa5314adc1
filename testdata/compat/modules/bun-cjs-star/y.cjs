module.exports = { c: 3, z: 26 };
