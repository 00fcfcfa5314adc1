module.exports = Object.create({ __esModule: true, default: 7 }, { own: { value: 1, enumerable: true }, hidden: { value: 2 } });
