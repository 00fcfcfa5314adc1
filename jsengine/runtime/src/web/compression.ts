// CompressionStream and DecompressionStream on the host's codecs. What a chunk is
// decompressed to comes in pieces, each when the one before it was read.

import { TypeError_, TypedArrayPrototypeGetLength, Uint8Array_, plain } from "../primordials.ts";
import { OP } from "buntime:ops";
import { defineGlobals, webInterface } from "../globals.ts";
import { coded, invalidArgType, invalidArgValue } from "../node/errors.ts";
import { asNode } from "../mode.ts";
import { bufferBytes } from "./blob.ts";
import { transformer } from "./streams.ts";

const FINISH = 4;
const none = new Uint8Array_(0);

// The host's codecs by format: to compress, to decompress, whether Bun alone has it: brotli is the standard's.
const formats: Record<string, [string, string, boolean]> = {
  __proto__: null, gzip: ["gzip", "gunzip", false], deflate: ["deflate", "inflate", false], "deflate-raw": ["deflateRaw", "inflateRaw", false], brotli: ["brotli", "unbrotli", false], zstd: ["zstd", "unzstd", true],
} as any;

function codec(format: any, decompress: boolean): any {
  const f = formats[`${format}`];
  if (f === undefined || (f[2] && asNode())) throw invalidArgValue("format", format);
  let id = -1; // the codec costs memory of the host: it is opened when there is something to do
  const end = (): void => {
    if (id >= 0) host.sync(OP["zlib.close"]!, id);
  };
  const feed = async (bytes: Uint8Array, flush: number, put: (v: any) => Promise<void>): Promise<void> => {
    if (id < 0) id = host.sync(OP["zlib.open"]!, f[decompress ? 1 : 0], plain());
    // One piece may be ahead of what was read.
    let ahead: Promise<void> | undefined;
    for (let input = bytes; ; input = none) {
      let r: any;
      try {
        r = host.sync(OP["zlib.feed"]!, id, input, flush);
      } catch (e) {
        end();
        throw asNode() ? e : refusal(e);
      }
      if (TypedArrayPrototypeGetLength(r.out) > 0) {
        if (ahead !== undefined) await ahead;
        ahead = put(r.out);
        host.markHandled(ahead);
      }
      if (r.extra) {
        end();
        throw coded(TypeError_, "ERR_TRAILING_JUNK_AFTER_STREAM_END", "Trailing junk found after the end of the compressed stream");
      }
      if (!r.more) return;
    }
  };
  return transformer((chunk, put) => {
    const bytes = typeof chunk === "string" ? host.utf8Encode(chunk) : bufferBytes(chunk);
    if (bytes === undefined) throw invalidArgType("chunk", ["string", "Buffer", "TypedArray", "DataView"], chunk);
    return feed(bytes, 0, put);
  }, (put) => feed(none, FINISH, put), end);
}

// refusal is what Bun says of what cannot be decompressed.
function refusal(e: any): Error {
  return new TypeError_(e.code === "Z_BUF_ERROR" ? "unexpected end of file" : "inflate failed");
}

class CompressionStream {
  #t: any;
  constructor(format: any) {
    this.#t = codec(format, false);
  }
  get readable(): any {
    return this.#t.readable;
  }
  get writable(): any {
    return this.#t.writable;
  }
}

class DecompressionStream {
  #t: any;
  constructor(format: any) {
    this.#t = codec(format, true);
  }
  get readable(): any {
    return this.#t.readable;
  }
  get writable(): any {
    return this.#t.writable;
  }
}

defineGlobals({ CompressionStream: webInterface(CompressionStream, "CompressionStream"), DecompressionStream: webInterface(DecompressionStream, "DecompressionStream") });
