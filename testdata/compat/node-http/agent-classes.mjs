import http, { Agent } from 'node:http';
import https from 'node:https';
// As agents of npm's packages are: one class for both protocols, which looks at who asks.
class Either extends Agent {
  #said = {};
  get secure() { return new Error().stack.split('\n').some((l) => l.includes('node:https:')); }
  get protocol() { return this.secure ? 'https:' : 'http:'; }
  set protocol(v) { console.log('protocol set', v); }
  get defaultPort() { return this.secure ? 443 : 80; }
  set defaultPort(v) { console.log('port set', v); }
}
const a = new Either();
console.log(Object.hasOwn(a, 'protocol'), a.protocol, a.defaultPort);
for (const [name, m, url] of [['https', https, 'https://host.invalid/'], ['http', http, 'http://host.invalid/'], ['crossed', http, 'https://host.invalid/']]) {
  try {
    const r = m.request(url, { agent: a });
    r.on('error', () => {});
    r.destroy();
    console.log(name, r.protocol, r.agent === a);
  } catch (e) { console.log(name, e.code, e.message); }
}
