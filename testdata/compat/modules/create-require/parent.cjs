module.exports = [module.parent === undefined, module.parent?.id, require.main];
