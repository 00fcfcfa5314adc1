import { Readable, Writable, Duplex } from 'node:stream';
import { text, json, buffer, arrayBuffer, blob } from 'node:stream/consumers';
import { ReadableStream, WritableStream, TransformStream } from 'node:stream/web';
const r = (...c) => Readable.from(c);
console.log(await text(r('a', Buffer.from('é')))); console.log(JSON.stringify(await json(r('{"a":', '[1]}')))); console.log((await buffer(r(Buffer.from('xy')))).toString('hex'));
console.log((await arrayBuffer(r(Buffer.from('abc')))).byteLength); const b = await blob(r(Buffer.from('blobby'))); console.log(b.constructor.name, b.size, await b.text());
try { await json(r('{bad')); } catch (e) { console.log(e.name); }
console.log(await text(new ReadableStream({ start(c) { c.enqueue('web'); c.close(); } })));
console.log(await text((async function* () { yield 'gen'; })()));
const web = Readable.toWeb(Readable.from([Buffer.from('to'), Buffer.from('web')], { objectMode: false })); console.log(web.constructor.name, await text(web));
const back = Readable.fromWeb(new ReadableStream({ start(c) { c.enqueue(new Uint8Array([104, 105])); c.close(); } })); console.log(back instanceof Readable, String((await back.toArray())[0]));
const out = []; const ww = Writable.toWeb(new Writable({ write(c, e, cb) { out.push(String(c)); cb(); } })); const wr = ww.getWriter(); await wr.write('one'); await wr.close(); console.log(ww.constructor.name, out.join());
const got = []; const nw = Writable.fromWeb(new WritableStream({ write(c) { got.push(String(c)); }, close() { got.push('closed'); } })); nw.write('two'); nw.end(); await new Promise(f => nw.on('close', f)); console.log(got.join());
const ts = new TransformStream({ transform(c, k) { k.enqueue(String(c).toUpperCase()); } }); const dx = Duplex.fromWeb(ts, { encoding: 'utf8' }); dx.end('duplex'); console.log((await dx.toArray()).join());
const er = Readable.fromWeb(new ReadableStream({ start(c) { c.error(new Error('weberr')); } })); try { await er.toArray(); } catch (e) { console.log(e.message); }
const te = Readable.toWeb(new Readable({ read() { this.destroy(new Error('nodeerr')); } })); try { await text(te); } catch (e) { console.log(e.message); }
const obj = Readable.toWeb(Readable.from([{ a: 1 }])); const rd = obj.getReader(); console.log(JSON.stringify(await rd.read())); await rd.cancel(); 
try { Readable.fromWeb({}); } catch (e) { console.log(e.code, e.name); }
const d2 = Duplex.toWeb(new Duplex({ read() { this.push('rd'); this.push(null); }, write(c, e, cb) { cb(); } })); await d2.writable.close(); console.log(Object.keys(d2).join(), await text(d2.readable));
