// What older packages do with streams.
const Stream = require('stream'); const util = require('util'); const { Readable, Writable } = Stream;
console.log(typeof Stream, Stream.Readable === require('stream').Readable, require('stream') === require('node:stream'));
function Counter() { Readable.call(this); this.n = 0; } util.inherits(Counter, Readable); Counter.prototype._read = function () { this.push(this.n < 3 ? String(this.n++) : null); };
const c = new Counter(); let s = ''; c.on('data', d => { s += d; }).on('end', () => { console.log(s); next(); });
function next() {
  const old = new Stream(); old.readable = true; const got = []; const w = Writable({ write(ch, e, cb) { got.push(String(ch)); cb(); } });
  console.log(old instanceof Stream, typeof old.pipe, old.pipe(w) === w);
  old.emit('data', Buffer.from('legacy')); old.emit('end');
  w.on('finish', () => { console.log(got.join()); third(); });
}
function third() {
  const r = Readable(); r._read = () => {}; r.push('x'); r.push(null); r.on('readable', function () { const ch = this.read(); if (ch) console.log('readable', String(ch), this === r); });
  r.on('end', () => {
    const e = new Stream(); try { e.emit('error', new Error('unhandled stream')); } catch (x) { console.log(x.message); }
    const st = r._readableState, ws = new Writable()._writableState;
    console.log(st.objectMode, st.highWaterMark, st.ended, st.endEmitted, st.flowing, typeof st.length, ws.objectMode, ws.ended, ws.finished, ws.length, ws.needDrain, Array.isArray(ws.getBuffer()));
    console.log(Stream.Stream === Stream, Stream._uint8ArrayToBuffer(new Uint8Array([65])).toString(), Stream._isUint8Array(new Uint8Array()), Stream._isArrayBufferView(new DataView(new ArrayBuffer(1))));
    process.stdout.write('stdout is writable ' + (process.stdout instanceof Writable || typeof process.stdout.write) + '\n');
  });
}
