module.exports = [require("top"), require("only-root"), require("mid"), require("mid/index")];
