import sd, { StringDecoder } from 'node:string_decoder';
const feed = (enc, ...parts) => { const d = new StringDecoder(enc); return JSON.stringify([d.encoding, ...parts.map(p => d.write(Buffer.from(p))), d.end()]); };
for (const enc of ['utf16le', 'ucs2', 'ucs-2', 'UTF-16LE']) { console.log(feed(enc, [0x61], [0, 0x62], [0])); console.log(feed(enc, [0x3d], [0xd8, 0x4d], [0xdc])); console.log(feed(enc, [0x3d, 0xd8], [0x4d])); console.log(feed(enc, [0x3d, 0xd8])); }
for (const enc of ['base64', 'base64url']) { console.log(feed(enc, [1], [2], [3])); console.log(feed(enc, [255, 254], [253], [252])); console.log(feed(enc, [1, 2, 3, 4])); console.log(feed(enc)); }
for (const enc of ['latin1', 'binary', 'ascii', 'hex']) console.log(feed(enc, [0xe9], [0x41, 0xff], [0x80]));
for (const enc of [undefined, null, 'UTF8', 'Utf-8', 'HEX']) try { console.log(String(enc), new StringDecoder(enc).encoding); } catch (e) { console.log(e.code, e.message); }
for (const enc of ['nope', 5, {}]) try { console.log(new StringDecoder(enc).encoding); } catch (e) { console.log(e.name, e.code, e.message); }
const d = new StringDecoder('utf8');
for (const v of ['string', 5, null, undefined, {}, [1]]) try { console.log(JSON.stringify(d.write(v))); } catch (e) { console.log(e.name, e.code, e.message); }
console.log(d.write(new Uint8Array([65])), d.write(new Uint16Array([0x4241])), d.write(new DataView(new ArrayBuffer(2))).length);
console.log(Object.keys(sd).join(), StringDecoder.name, StringDecoder.length, Object.keys(StringDecoder.prototype).join());
const t = new StringDecoder('utf8'); console.log(JSON.stringify(t.text(Buffer.from('abcdef'), 2)));
function Sub() { StringDecoder.call(this, 'utf8'); } Object.setPrototypeOf(Sub.prototype, StringDecoder.prototype); const s = new Sub(); console.log(s.write(Buffer.from([0xc3])) + s.write(Buffer.from([0xa9])));
