// Messages that programs make themselves, as mocks of HTTP do, hold what is pushed into them.
import http from 'node:http';
import net from 'node:net';
const read = async (m) => { let s = ''; m.setEncoding('utf8'); for await (const x of m) s += x; return s; };
const a = new http.IncomingMessage(new net.Socket());
a.push('one ');
setTimeout(() => { a.push('two'); a.push(null); }, 5);
console.log(await read(a), a.complete);
const b = new http.IncomingMessage(new net.Socket());
b.on('data', (d) => console.log('data', String(d)));
b.on('end', () => console.log('end'));
setTimeout(() => { b.push('late'); b.push(null); }, 5);
