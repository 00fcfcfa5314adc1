module.exports = "only root";
