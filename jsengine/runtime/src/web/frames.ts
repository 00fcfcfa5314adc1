// The server's side of a WebSocket over a socket (RFC 6455).

import {
  ArrayPrototypePush, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeToLowerCase, StringPrototypeTrim, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, TypedArrayPrototypeSlice, TypedArrayPrototypeSubarray, Uint8Array_, uncurryThis,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { EventEmitter } from "../node/events.ts";
import { Duplex } from "../node/stream.ts";
import { wrap } from "../node/buffer.ts";
import { join } from "./blob.ts";
import { Headers, headerList } from "./fetch.ts";

const on = uncurryThis(EventEmitter.prototype.on);
const read = uncurryThis(Duplex.prototype.on); // a listener for data makes it flow
const write = uncurryThis(Duplex.prototype.write);
const end = uncurryThis(Duplex.prototype.end);
const destroy = uncurryThis(Duplex.prototype.destroy);

// Peer is an end of a WebSocket.
interface Peer {
  message(data: any): void; // text or bytes
  closed(code: number, reason: string): void;
}

// Asked is what a request for a WebSocket says.
export interface Asked {
  key: string;
  protocol: string | undefined; // the first that the client would speak
}

// asked reads the headers of a request that wants to leave HTTP: undefined if not for a WebSocket of this version.
export function asked(headers: string[]): Asked | undefined {
  let key: string | undefined, protocol: string | undefined, version = "", upgrade = "";
  for (let i = 0; i < headers.length; i += 2) {
    const value = headers[i + 1]!;
    switch (StringPrototypeToLowerCase(headers[i]!)) {
      case "sec-websocket-key":
        key = value;
        break;
      case "sec-websocket-version":
        version = value;
        break;
      case "upgrade":
        upgrade = StringPrototypeToLowerCase(value);
        break;
      case "sec-websocket-protocol": {
        const comma = StringPrototypeIndexOf(value, ",");
        protocol ??= StringPrototypeTrim(comma < 0 ? value : StringPrototypeSlice(value, 0, comma));
      }
    }
  }
  return key !== undefined && version === "13" && upgrade === "websocket" ? { key, protocol } : undefined;
}

const TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;

// serveFrames says yes to a request for a WebSocket that came over s, of which rest was read already, and connects
// s with peer. given are headers of the answer.
export function serveFrames(s: any, rest: Uint8Array, req: Asked, given: any, peer: Peer & { client(c: Peer): void }): void {
  const proof = host.base64Encode(host.sync(OP["crypto.hash"]!, "sha1", host.latin1Encode(`${req.key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)));
  let head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${proof}\r\n`;
  let protocol = req.protocol;
  const list = given === undefined || given === null ? [] : headerList(new Headers(given));
  for (let i = 0; i < list.length; i++) {
    if (list[i]![0] === "sec-websocket-protocol") protocol = undefined;
    head += `${list[i]![0]}: ${list[i]![1]}\r\n`;
  }
  if (protocol !== undefined) head += `Sec-WebSocket-Protocol: ${protocol}\r\n`;
  write(s, wrap(host.latin1Encode(`${head}\r\n`)));

  let over = false; // peer was told
  let chunks: Uint8Array[] = [], have = 0, need = 2; // bytes of the next frame
  let parts: Uint8Array[] = [], kind = 0; // of a message in pieces; 0: there is none

  const finish = (code: number, reason: string): void => {
    if (over) return;
    over = true;
    chunks = parts = [];
    peer.closed(code, reason);
  };
  const send = (op: number, payload: Uint8Array): void => {
    if (s.destroyed || s.writableEnded) return;
    const n = TypedArrayPrototypeGetLength(payload);
    const out = new Uint8Array_((n < 126 ? 2 : n < 65536 ? 4 : 10) + n);
    out[0] = 128 | op;
    let at = 2;
    if (n < 126) out[1] = n;
    else if (n < 65536) {
      out[1] = 126;
      out[2] = n >> 8;
      out[3] = n;
      at = 4;
    } else {
      out[1] = 127;
      for (let i = 0; i < 4; i++) out[6 + i] = n >>> (24 - 8 * i);
      at = 10;
    }
    TypedArrayPrototypeSet(out, payload, at);
    write(s, wrap(out));
  };
  // bye says goodbye, and that nothing follows.
  const bye = (code: number, reason: string): void => {
    const why = host.utf8Encode(reason);
    const n = TypedArrayPrototypeGetLength(why);
    const payload = new Uint8Array_(code === 1005 ? 0 : 2 + (n < 123 ? n : 123));
    if (code !== 1005) {
      payload[0] = code >> 8;
      payload[1] = code;
      TypedArrayPrototypeSet(payload, TypedArrayPrototypeSubarray(why, 0, 123), 2);
    }
    send(CLOSE, payload);
    end(s);
  };
  const fail = (code: number, reason: string): void => {
    bye(code, reason);
    finish(code, reason);
  };
  // text decodes what has to be UTF-8; undefined if it is not.
  const text = (b: Uint8Array): string | undefined => {
    try {
      return host.utf8Decode(b, true, true);
    } catch {
      return undefined;
    }
  };

  const frame = (op: number, fin: boolean, payload: Uint8Array): void => {
    switch (op) {
      case PING:
        send(PONG, payload);
        return;
      case PONG:
        return;
      case CLOSE: {
        const n = TypedArrayPrototypeGetLength(payload);
        const code = n === 0 ? 1005 : (payload[0]! << 8) | payload[1]!;
        const reason = text(TypedArrayPrototypeSubarray(payload, 2));
        if (n === 1 || reason === undefined || (n > 0 && (code < 1000 || code > 4999 || (code >= 1004 && code <= 1006) || (code >= 1015 && code < 3000)))) return fail(1002, "Invalid close frame");
        bye(code, reason);
        finish(code, reason);
        return;
      }
    }
    if (op !== 0) kind = op;
    ArrayPrototypePush(parts, payload);
    if (!fin) return;
    const data = parts.length === 1 ? payload : join(parts);
    const message = kind === TEXT ? text(data) : data;
    parts = [];
    kind = 0;
    if (message === undefined) fail(1007, "Invalid UTF-8");
    else peer.message(message);
  };

  // next reads the frame that begins at at, and returns where the next one does; -1 if it is not whole.
  const next = (b: Uint8Array, at: number): number => {
    const n = TypedArrayPrototypeGetLength(b) - at;
    need = 2;
    if (n < need) return -1;
    const op = b[at]! & 15, fin = b[at]! > 127;
    let size = b[at + 1]! & 127;
    need = size === 126 ? 8 : size === 127 ? 14 : 6;
    if ((b[at]! & 0x70) !== 0 || b[at + 1]! < 128 || (op > BINARY && op < CLOSE) || op > PONG || (op >= CLOSE && (!fin || size > 125)) || (op < CLOSE && (op === 0) !== (kind !== 0))) {
      fail(1002, "Invalid frame");
      return -1;
    }
    if (n < need) return -1;
    const mask = at + need - 4;
    if (size === 126) size = (b[at + 2]! << 8) | b[at + 3]!;
    else if (size === 127) {
      if (b[at + 2]! !== 0 || b[at + 3]! !== 0 || b[at + 4]! !== 0 || b[at + 5]! !== 0 || b[at + 6]! > 127) {
        fail(1009, "Message too big");
        return -1;
      }
      size = (b[at + 6]! << 24) | (b[at + 7]! << 16) | (b[at + 8]! << 8) | b[at + 9]!;
    }
    need += size;
    if (n < need) return -1;
    const payload = TypedArrayPrototypeSlice(b, mask + 4, at + need);
    for (let i = 0; i < size; i++) payload[i] = payload[i]! ^ b[mask + (i & 3)]!;
    at += need;
    frame(op, fin, payload);
    return over ? -1 : at;
  };
  const take = (chunk: Uint8Array): void => {
    if (over) return;
    ArrayPrototypePush(chunks, chunk);
    have += TypedArrayPrototypeGetLength(chunk);
    if (have < need) return;
    const b = chunks.length === 1 ? chunk : join(chunks);
    let at = 0;
    for (let to = next(b, 0); to >= 0; to = next(b, at)) at = to;
    if (over) return;
    chunks = [TypedArrayPrototypeSlice(b, at)];
    have = TypedArrayPrototypeGetLength(chunks[0]!);
  };

  peer.client({
    message: (d) => (typeof d === "string" ? send(TEXT, host.utf8Encode(d)) : send(BINARY, d)),
    closed(code, reason) {
      if (code === 1006) destroy(s);
      else bye(code, reason);
      over = true;
    },
  });
  const gone = (): void => finish(1006, "");
  on(s, "end", () => {
    gone();
    end(s);
  });
  on(s, "close", gone);
  if (s.destroyed) gone();
  take(rest);
  if (!over) read(s, "data", take);
}
