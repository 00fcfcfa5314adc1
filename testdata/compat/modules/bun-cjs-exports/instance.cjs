class A { m() {} get g() { return 1 } }; module.exports = new A; module.exports.p = 1;
