module.exports = "dir lib index";
