// Bun's compression in one step, on the host's codecs.

import { Error_, TypedArrayPrototypeGetLength, plain } from "../primordials.ts";
import { codecRun } from "../node/zlib.ts";
import { wrap } from "../node/buffer.ts";
import { coded } from "../node/errors.ts";
import { laterCall } from "../node/later.ts";
import { badInput, inputBytes } from "./input.ts";

function dataOf(data: any): Uint8Array {
  const b = inputBytes(data, false);
  if (b === undefined) throw badInput("data must be a string, ArrayBuffer or ArrayBufferView");
  return b;
}

// run gives the errors of node:zlib the shape of Bun's: a message alone.
function run(mode: string, data: Uint8Array, options: any): Uint8Array {
  try {
    return codecRun(mode, data, options);
  } catch (e: any) {
    throw new Error_(e.message);
  }
}

function compress(mode: string, data: any, options: any): Uint8Array {
  const b = dataOf(data);
  const o = plain();
  if (options?.level !== undefined) {
    const level = +options.level;
    if (!(level >= -1 && level <= 12)) throw new Error_("Zlib error: Invalid argument");
    o.level = level > 9 ? 9 : level - (level % 1);
  }
  return run(mode, b, o);
}

function zstdOptions(options: any): any {
  const o = plain();
  if (options?.level !== undefined) {
    const level = +options.level;
    if (!(level >= 1 && level <= 22)) throw badInput("Compression level must be between 1 and 22");
    o.level = level - (level % 1);
  }
  return o;
}

function unzstd(b: Uint8Array): any {
  if (TypedArrayPrototypeGetLength(b) === 0) throw coded(Error_, "ERR_ZSTD", "Decompression failed: no data");
  try {
    return wrap(codecRun("unzstd", b));
  } catch (e: any) {
    throw coded(Error_, "ERR_ZSTD", `Decompression failed: ${e.message}`);
  }
}

export const compression = {
  gzipSync: (data: any, options?: any) => compress("gzip", data, options),
  deflateSync: (data: any, options?: any) => compress("deflateRaw", data, options),
  gunzipSync: (data: any, _options?: any) => run("gunzip", dataOf(data), plain()),
  // What windowBits says of the header: none, zlib's, or gzip's.
  inflateSync(data: any, options?: any): Uint8Array {
    const bits = options?.windowBits === undefined ? -15 : +options.windowBits;
    return run(bits < 0 ? "inflateRaw" : bits > 15 ? "gunzip" : "inflate", dataOf(data), plain());
  },
  zstdCompressSync: (data: any, options?: any) => wrap(codecRun("zstd", dataOf(data), zstdOptions(options))),
  zstdDecompressSync: (data: any) => unzstd(dataOf(data)),
  zstdCompress(data: any, options?: any): Promise<any> {
    const b = dataOf(data);
    const o = zstdOptions(options);
    return laterCall(() => wrap(codecRun("zstd", b, o)), []);
  },
  zstdDecompress(data: any): Promise<any> {
    const b = dataOf(data);
    return laterCall(() => unzstd(b), []);
  },
};
