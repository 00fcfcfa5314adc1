// How much of its input a stream is of, where more follows.
import zlib from "node:zlib";

const text = Buffer.from("abc".repeat(500));
for (const [name, packed, unpack] of [
  ["zlib", zlib.deflateSync(text), zlib.inflateSync],
  ["raw", zlib.deflateRawSync(text), zlib.inflateRawSync],
  ["gzip", zlib.gzipSync(text), zlib.gunzipSync],
]) {
  for (const more of [0, 1, 5000]) {
    const { buffer, engine } = unpack(Buffer.concat([packed, Buffer.alloc(more)]), { info: true });
    console.log(name, more, buffer.equals(text), engine.bytesWritten === packed.length, engine.constructor.name);
  }
}
const { buffer, engine } = zlib.deflateSync(text, { info: true });
console.log(zlib.inflateSync(buffer).equals(text), engine.bytesWritten);

// The engine has done its work: any number may be asked for.
for (let i = 0; i < 3000; i++) zlib.inflateSync(buffer, { info: true });
console.log(engine._closed);
