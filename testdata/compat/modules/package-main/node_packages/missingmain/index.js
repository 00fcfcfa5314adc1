module.exports = "missingmain index";
