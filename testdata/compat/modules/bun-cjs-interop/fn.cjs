module.exports = () => "fn"; module.exports.x = "fx";
