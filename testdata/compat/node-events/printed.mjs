// What is printed of an emitter, and which symbols it has.
import EventEmitter from 'node:events';
import { PassThrough, Readable, Stream, Writable } from 'node:stream';
import http from 'node:http';
class Queue extends EventEmitter { size = 1; }
const e = new EventEmitter();
console.log(e, new Queue(), new EventEmitter({ captureRejections: true }));
e.on('x', function named() {}).once('y', () => {});
console.log(e);
const two = (o) => Object.getOwnPropertySymbols(o).map(String).filter((s) => /shapeMode|kCapture/.test(s));
console.log(two(e), two(new Stream()), two(new Readable()), two(new Writable()), two(new PassThrough()), two(http.createServer()), two(new http.Agent()));
console.log(Object.keys(e), JSON.stringify(e), Object.getOwnPropertyDescriptor(e, Object.getOwnPropertySymbols(e)[0]));
const old = {};
EventEmitter.call(old);
console.log(old, Object.assign({}, e), e.eventNames());
