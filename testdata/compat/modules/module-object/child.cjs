exports.info = [module.id, module.filename, module.loaded, module.parent.id, require.main === module.parent, module.paths[0], __dirname, __filename];
