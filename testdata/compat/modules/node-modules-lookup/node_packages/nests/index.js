module.exports = [require("hidden"), require("top"), require("only-root")].join();
