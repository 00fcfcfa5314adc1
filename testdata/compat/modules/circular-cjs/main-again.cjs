const main = require("./main.cjs"); module.exports = JSON.stringify(main) + (require.main.exports === main);
