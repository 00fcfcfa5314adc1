module.exports = Promise.resolve("resolved");
