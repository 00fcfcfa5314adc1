// node:http2: its constants and settings. There are no connections of a program's own
// that could speak it; requests to HTTP/2 servers go out by fetch.

import { ArrayPrototypePush, Error_, ObjectFreeze, Symbol_, setOwn } from "../primordials.ts";
import { register } from "../modules.ts";
import { tidy } from "./names.ts";
import { coded } from "./errors.ts";
import { Buffer } from "./buffer.ts";

const settings: [string, number, any][] = [["headerTableSize", 1, 4096], ["enablePush", 2, true], ["maxConcurrentStreams", 3, 4294967295], ["initialWindowSize", 4, 65535], ["maxFrameSize", 5, 16384], ["maxHeaderListSize", 6, 65535], ["enableConnectProtocol", 8, false]];

function refuse(): never {
  throw coded(Error_, "ERR_CAPABILITY_DENIED", "node:http2 has no connections in this sandbox: use fetch, node:https, or a server of node:http");
}

// No request is one of these: programs ask with instanceof.
class Http2ServerRequest {
  constructor() {
    refuse();
  }
}
class Http2ServerResponse {
  constructor() {
    refuse();
  }
}

function getDefaultSettings(): any {
  return { headerTableSize: 4096, enablePush: true, initialWindowSize: 65535, maxFrameSize: 16384, maxConcurrentStreams: 4294967295, maxHeaderSize: 65535, maxHeaderListSize: 65535, enableConnectProtocol: false };
}

function getPackedSettings(o: any = {}): any {
  const parts: any[] = [];
  for (let i = 0; i < settings.length; i++) {
    const v = o[settings[i]![0]];
    if (v === undefined) continue;
    const b = Buffer.alloc(6);
    b.writeUInt16BE(settings[i]![1], 0);
    b.writeUInt32BE(+v, 2);
    ArrayPrototypePush(parts, b);
  }
  return Buffer.concat(parts);
}

function getUnpackedSettings(buf: any): any {
  const b = Buffer.from(buf);
  const out: any = {};
  for (let at = 0; at + 6 <= b.length; at += 6) {
    const id = b.readUInt16BE(at), v = b.readUInt32BE(at + 2);
    for (let i = 0; i < settings.length; i++) if (settings[i]![1] === id) setOwn(out, settings[i]![0], typeof settings[i]![2] === "boolean" ? v !== 0 : v);
  }
  return out;
}

const constants: any = { __proto__: null, NGHTTP2_NO_ERROR: 0, NGHTTP2_PROTOCOL_ERROR: 1, NGHTTP2_INTERNAL_ERROR: 2, NGHTTP2_REFUSED_STREAM: 7, NGHTTP2_CANCEL: 8, HTTP2_HEADER_STATUS: ":status", HTTP2_HEADER_METHOD: ":method", HTTP2_HEADER_AUTHORITY: ":authority", HTTP2_HEADER_SCHEME: ":scheme", HTTP2_HEADER_PATH: ":path", HTTP2_HEADER_CONTENT_TYPE: "content-type", HTTP2_HEADER_CONTENT_LENGTH: "content-length" };

register(["node:http2", "http2"], () => tidy({
  connect: () => refuse(), constants: ObjectFreeze(constants), createServer: () => refuse(), createSecureServer: () => refuse(), getDefaultSettings, getPackedSettings, getUnpackedSettings, performServerHandshake: () => refuse(),
  sensitiveHeaders: Symbol_("sensitiveHeaders"), Http2ServerRequest, Http2ServerResponse,
}));
