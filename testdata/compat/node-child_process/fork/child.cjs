console.log('child', process.argv.slice(2).join(), process.env.CH, process.connected, typeof process.send, typeof process.disconnect);
process.on('message', m => { if (m === 'end') { process.send({ bye: true }, () => { process.disconnect(); }); } else process.send({ echo: m }); });
process.on('disconnect', () => console.log('child disconnected', process.connected));
process.send({ ready: true, pid: typeof process.pid });
