import net from 'node:net';
import tls from 'node:tls';
for (const k of Object.keys(net)) console.log('net', k, typeof net[k]);
for (const k of Object.keys(tls)) console.log('tls', k, typeof tls[k]);
console.log(net.Stream === net.Socket, net.connect === net.createConnection, net.getDefaultAutoSelectFamily(), net.getDefaultAutoSelectFamilyAttemptTimeout());
net.setDefaultAutoSelectFamily(false); console.log(net.getDefaultAutoSelectFamily()); net.setDefaultAutoSelectFamilyAttemptTimeout(300); console.log(net.getDefaultAutoSelectFamilyAttemptTimeout()); try { net.setDefaultAutoSelectFamily('x'); } catch (e) { console.log(e.code, e.message); }
for (const c of ['Socket', 'Server']) console.log(c, Object.getOwnPropertyNames(net[c].prototype).filter(k => !k.startsWith('_') && k !== 'constructor').sort().join());
