process.on('message', m => { console.log('child got', m); process.send!({ answer: m }); });
process.send!('ready');
