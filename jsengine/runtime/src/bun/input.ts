// What functions of Bun take: strings, buffers, blobs and streams.

import { ArrayPrototypePush, TypeError_, own } from "../primordials.ts";
import { blobSource, bufferBytes, isBlob } from "../web/blob.ts";
import { isLocked, isReadableStream, readChunks } from "../web/streams.ts";
import { coded, received } from "../node/errors.ts";

// badInput is the error of Bun for an argument of the wrong type.
export function badInput(message: string): Error {
  return coded(TypeError_, "ERR_INVALID_ARG_TYPE", message);
}

// inputBytes are the bytes of a string (as UTF-8), a buffer or, with blobs, a blob; undefined for anything else.
export function inputBytes(v: any, blobs = true): Uint8Array | undefined {
  if (typeof v === "string") return host.utf8Encode(v);
  if (v === null || typeof v !== "object") return undefined;
  if (blobs && isBlob(v)) return blobSource(v).read(0, blobSource(v).size());
  return bufferBytes(v);
}

// inputText is text, or the text that bytes are in UTF-8; undefined for what is neither.
export function inputText(v: any): string | undefined {
  if (typeof v === "string") return v;
  const b = inputBytes(v);
  return b === undefined ? undefined : host.utf8Decode(b);
}

// checkStream throws unless v is a ReadableStream that nobody reads.
export function checkStream(v: any): void {
  if (!isReadableStream(v)) throw badInput(`The "stream" argument must be of type ReadableStream.${received(v)}`);
  if (isLocked(v)) throw coded(TypeError_, "ERR_INVALID_STATE", "Invalid state: ReadableStream is locked");
}

// streamPieces reads a stream of strings and buffers to its end.
export async function streamPieces(stream: any): Promise<Uint8Array[]> {
  checkStream(stream);
  const pieces: Uint8Array[] = [];
  await own(readChunks(stream, (chunk) => {
    const b = typeof chunk === "string" ? host.utf8Encode(chunk) : bufferBytes(chunk);
    if (b === undefined) throw new TypeError_("Expected text, ArrayBuffer or ArrayBufferView");
    ArrayPrototypePush(pieces, b);
  }));
  return pieces;
}
