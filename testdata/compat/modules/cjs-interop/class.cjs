module.exports = class Thing { x = "x"; };
