// What OpenSSL says is wrong, and where.
const crypto=require('crypto');
const show=f=>{try{f()}catch(e){console.log(e.name,e.code,e.reason,e.library,e.function,Object.keys(e),e.message)}};
const key=Buffer.alloc(32,1),iv=Buffer.alloc(16,2);
show(()=>{const d=crypto.createDecipheriv('aes-256-cbc',key,iv);d.update(Buffer.alloc(16));d.final()});
show(()=>{const d=crypto.createDecipheriv('aes-256-cbc',key,iv);d.update(Buffer.alloc(15));d.final()});
show(()=>crypto.createPrivateKey('garbage'));
show(()=>crypto.createPublicKey('garbage'));
const {privateKey,publicKey}=crypto.generateKeyPairSync('rsa',{modulusLength:1024});
show(()=>crypto.privateDecrypt(privateKey,Buffer.alloc(128)));
show(()=>crypto.publicEncrypt(publicKey,Buffer.alloc(500)));
show(()=>crypto.sign('sha256',Buffer.from('a'),crypto.generateKeyPairSync('ed25519').privateKey));
show(()=>{const c=crypto.createCipheriv('aes-128-cbc',key.subarray(0,16),iv);c.setAutoPadding(false);c.update('abc');c.final()});
show(()=>{const d=crypto.createDecipheriv('aes-256-gcm',key,iv);d.update('aa','hex');d.final()});
