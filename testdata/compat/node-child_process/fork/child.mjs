process.send({ from: 'esm' }); process.on('message', () => {});
