import http, * as ns from 'node:http';
import https from 'node:https';
for (const k of Object.keys(http)) console.log('http', k, typeof http[k], typeof http[k] === 'function' ? http[k].name : '');
for (const k of Object.keys(https)) console.log('https', k, typeof https[k]);
console.log(http.METHODS.join()); for (const [k, v] of Object.entries(http.STATUS_CODES)) console.log(k, v);
console.log(http.maxHeaderSize, http.globalAgent instanceof http.Agent, https.globalAgent instanceof https.Agent, https.Agent.prototype instanceof http.Agent, https.globalAgent.defaultPort, https.globalAgent.protocol, http.globalAgent.defaultPort, http.globalAgent.protocol, ns.get === http.get);
for (const c of ['IncomingMessage', 'ServerResponse', 'OutgoingMessage', 'ClientRequest', 'Server', 'Agent']) console.log(c, Object.getOwnPropertyNames(http[c].prototype).filter(k => !k.startsWith('_')).sort().join());
