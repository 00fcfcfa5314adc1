// The Streams Standard: readable streams (default and byte), writable and transform
// streams, pipes and tees.
//
// Each public object holds a record, reachable only through a private field; the
// algorithms work on records. Promises are the engine's own and are awaited through
// own(), so a replaced Promise.prototype.then changes nothing here.
//
// stream_base.ts, readable_state.ts, writable.ts, pipe.ts, readable.ts and transform.ts hold
// them; here they become globals and the module node:stream/web.

import { globalObject, own } from "../primordials.ts";
import { defineGlobals, webInterface } from "../globals.ts";
import { register } from "../modules.ts";
import { inspectAs } from "../inspect.ts";
import { deferred } from "./stream_base.ts";
import { ByteCtrl, errorCtrl, read, nextChunk, cancelReadable, described, acquire, release } from "./readable_state.ts";
import { WritableStream, WritableStreamDefaultWriter, WritableStreamDefaultController } from "./writable.ts";
import {
  rs, isReadable, makeReadable, ReadableStream, ReadableStreamDefaultReader, ReadableStreamBYOBReader, ReadableStreamDefaultController,
  ReadableByteStreamController, ReadableStreamBYOBRequest, tee,
} from "./readable.ts";
import { TransformStream, TransformStreamDefaultController, ByteLengthQueuingStrategy, CountQueuingStrategy, TextEncoderStream, TextDecoderStream } from "./transform.ts";

export { ReadableStream, ReadableStreamDefaultReader, makeReadable } from "./readable.ts";
export { WritableStream, WritableStreamDefaultWriter } from "./writable.ts";
export { transformer } from "./transform.ts";

const classes = {
  ReadableStream, ReadableStreamDefaultReader, ReadableStreamBYOBReader, ReadableStreamBYOBRequest, ReadableByteStreamController,
  ReadableStreamDefaultController, TransformStream, TransformStreamDefaultController, WritableStream, WritableStreamDefaultWriter,
  WritableStreamDefaultController, ByteLengthQueuingStrategy, CountQueuingStrategy, TextEncoderStream, TextDecoderStream,
};
{
  const names = Object.keys(classes);
  for (let i = 0; i < names.length; i++) webInterface((classes as any)[names[i]!], names[i]!);
}
defineGlobals(classes);
inspectAs(ReadableStream, "ReadableStream", (s) => described(rs(s)));
register(["node:stream/web", "stream/web"], () => ({ ...classes, CompressionStream: globalObject.CompressionStream, DecompressionStream: globalObject.DecompressionStream }));

// What fetch, Blob and Bun.file need of a guest's stream.

export function isReadableStream(v: any): boolean {
  return isReadable(v);
}

export function isDisturbed(v: any): boolean {
  return rs(v).disturbed;
}

export function isLocked(v: any): boolean {
  return rs(v).reader !== undefined;
}

export function teeStream(v: any): [any, any] {
  return tee(rs(v));
}

export function cancelStream(v: any, reason: any): Promise<any> {
  return cancelReadable(rs(v), reason);
}

// lockStream takes a stream's lock and keeps it.
export function lockStream(v: any): void {
  acquire(rs(v));
}

// proxyOf is a stream of what is left in v, which it locks.
export function proxyOf(v: any): any {
  const r = acquire(rs(v));
  const s = r.stream!;
  return makeReadable({
    pull(c) {
      const d = deferred();
      read(r, {
        chunk: (value) => {
          c.enqueue(value);
          d.resolve();
        },
        close: () => {
          c.close();
          d.resolve();
        },
        error: (e) => d.reject(e),
      });
      return d.promise;
    },
    cancel: (reason) => cancelReadable(s, reason),
  }, s.ctrl instanceof ByteCtrl);
}

// readChunks calls take with each chunk until the stream ends, and waits for what it returns. It locks the stream.
export async function readChunks(v: any, take: (chunk: any) => Promise<void> | undefined | void): Promise<void> {
  const r = acquire(rs(v));
  for (;;) {
    const got = await own(nextChunk(r));
    if (got === null) break;
    const later = take(got.value);
    if (later !== undefined) await own(later);
  }
  release(r);
}

// chunkReader locks a stream, and reads it chunk by chunk: null at its end.
export function chunkReader(v: any): { read: () => Promise<{ value: any } | null>; cancel: (reason: any) => Promise<any> } {
  const r = acquire(rs(v));
  return { read: () => nextChunk(r), cancel: (reason) => cancelReadable(rs(v), reason) };
}

// errorStream makes a stream of the runtime's own fail.
export function errorStream(v: any, e: any): void {
  errorCtrl(rs(v).ctrl, e);
}
