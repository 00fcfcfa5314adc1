const await = 3; module.exports = await + 1;
