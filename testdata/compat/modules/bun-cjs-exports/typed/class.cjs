module.exports = class A { static s = 1; static m() {} };
