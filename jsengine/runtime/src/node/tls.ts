// node:tls. A sandbox has no TLS of its own: what checks certificates' names and options works, connections are refused.

import {
  ArrayBufferIsView, ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSlice, Error_, FunctionPrototypeCall, JSONStringify, ObjectFreeze, ObjectSetPrototypeOf, RangeError_, StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeSplit,
  StringPrototypeStartsWith, StringPrototypeToLowerCase, TypeError_, TypedArrayPrototypeGetLength, hide, setOwn,
} from "../primordials.ts";
import { register } from "../modules.ts";
import { isA, method, tidy } from "./names.ts";
import { nextTick } from "../timers.ts";
import { coded, invalidArgType, invalidArgValue, validateInteger, validateString } from "./errors.ts";
import { Buffer, viewBytes } from "./buffer.ts";
import { Server, Socket, checkConnect, deniedConnection, isIP, normalized } from "./net.ts";

function certError(reason: string, hostname: string, cert: any): Error {
  const e = coded(Error_, "ERR_TLS_CERT_ALTNAME_INVALID", `Hostname/IP does not match certificate's altnames: ${reason}`);
  setOwn(e, "reason", reason);
  setOwn(e, "host", hostname);
  setOwn(e, "cert", cert);
  return e;
}

function labels(s: string): string[] {
  return StringPrototypeSplit(StringPrototypeToLowerCase(StringPrototypeEndsWith(s, ".") ? StringPrototypeSlice(s, 0, -1) : s), ".") as string[];
}

function matches(hostname: string[], pattern: string, wildcards: boolean): boolean {
  const p = labels(pattern);
  if (p.length !== hostname.length) return false;
  for (let i = 1; i < p.length; i++) if (p[i] !== hostname[i]) return false;
  if (p[0] === hostname[0]) return true;
  if (!wildcards || !StringPrototypeIncludes(p[0]!, "*") || p.length <= 2) return false;
  const star = StringPrototypeIndexOf(p[0]!, "*");
  const before = StringPrototypeSlice(p[0]!, 0, star), after = StringPrototypeSlice(p[0]!, star + 1);
  return before.length + after.length <= hostname[0]!.length && StringPrototypeStartsWith(hostname[0]!, before) && StringPrototypeEndsWith(hostname[0]!, after);
}

function checkServerIdentity(hostname: any, cert: any): Error | undefined {
  hostname = `${hostname}`;
  const alt: string | undefined = cert.subjectaltname;
  const dns: string[] = [], ips: string[] = [];
  if (alt) {
    const list = StringPrototypeSplit(alt, ", ") as string[];
    for (let i = 0; i < list.length; i++) {
      if (StringPrototypeStartsWith(list[i]!, "DNS:")) ArrayPrototypePush(dns, StringPrototypeSlice(list[i]!, 4));
      else if (StringPrototypeStartsWith(list[i]!, "IP Address:")) ArrayPrototypePush(ips, StringPrototypeSlice(list[i]!, 11));
    }
  }
  const name = StringPrototypeEndsWith(hostname, ".") ? StringPrototypeSlice(hostname, 0, -1) : hostname;
  let reason: string;
  if (isIP(name) !== 0) {
    for (let i = 0; i < ips.length; i++) if (ips[i] === name) return undefined;
    reason = `IP: ${name} is not in the cert's list: ${ArrayPrototypeJoin(ips, ", ")}`;
  } else if (dns.length > 0 || cert.subject?.CN) {
    const parts = labels(name);
    if (dns.length > 0) {
      for (let i = 0; i < dns.length; i++) if (matches(parts, dns[i]!, true)) return undefined;
      reason = `Host: ${name}. is not in the cert's altnames: ${alt}`;
    } else {
      const cn = ArrayIsArray(cert.subject.CN) ? cert.subject.CN : [cert.subject.CN];
      for (let i = 0; i < cn.length; i++) if (matches(parts, cn[i], true)) return undefined;
      reason = `Host: ${name}. is not cert's CN: ${cert.subject.CN}`;
    }
  } else reason = "Cert does not contain a DNS name";
  return certError(reason, hostname, cert);
}

function SecureContext(this: any): any {
  setOwn(this, "context", {});
}

const versions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const methods = ["TLS_method", "TLS_client_method", "TLS_server_method", "TLSv1_2_method", "TLSv1_2_client_method", "TLSv1_2_server_method", "TLSv1_1_method", "TLSv1_1_client_method", "TLSv1_1_server_method", "TLSv1_method", "TLSv1_client_method", "TLSv1_server_method", "SSLv23_method", "SSLv23_client_method", "SSLv23_server_method"];

const binary = ["Buffer", "TypedArray", "DataView"];

// material checks keys and certificates: text or bytes, or a list of them.
function material(v: any, name: string): void {
  if (v === undefined || v === null || v === false) return;
  if (ArrayIsArray(v)) {
    for (let i = 0; i < v.length; i++) material(v[i] !== null && typeof v[i] === "object" && "pem" in v[i] ? v[i].pem : v[i], name);
    return;
  }
  if (typeof v !== "string" && !ArrayBufferIsView(v)) throw invalidArgType(name, ["string", "Buffer", "TypedArray", "DataView"], v);
}

function createSecureContext(options: any = {}): any {
  if (options === null || typeof options !== "object") throw invalidArgType("options", "object", options);
  const { minVersion, maxVersion, secureProtocol, sigalgs, ticketKeys } = options;
  if (secureProtocol !== undefined) {
    if (minVersion !== undefined || maxVersion !== undefined) {
      throw coded(TypeError_, "ERR_TLS_PROTOCOL_VERSION_CONFLICT", `TLS protocol version ${JSONStringify(minVersion ?? maxVersion)} conflicts with secureProtocol ${JSONStringify(secureProtocol)}`);
    }
    if (typeof secureProtocol === "string" && !ArrayPrototypeIncludes(methods, secureProtocol)) throw coded(TypeError_, "ERR_TLS_INVALID_PROTOCOL_METHOD", `Unknown method: ${secureProtocol}`);
  }
  const check = (v: any, name: string): void => {
    if (v !== undefined && !ArrayPrototypeIncludes(versions, v)) throw coded(TypeError_, "ERR_TLS_INVALID_PROTOCOL_VERSION", `${JSONStringify(v)} is not a valid ${name} TLS protocol version`);
  };
  check(minVersion, "minimum");
  check(maxVersion, "maximum");
  const texts = ["ciphers", "ecdhCurve", "sigalgs", "sessionIdContext"], files = ["ca", "cert", "key", "crl", "dhparam"];
  for (let i = 0; i < files.length; i++) material(options[files[i]!], `options.${files[i]}`);
  for (let i = 0; i < texts.length; i++) if (options[texts[i]!] !== undefined && options[texts[i]!] !== null) validateString(options[texts[i]!], `options.${texts[i]}`);
  if (sigalgs === "") throw invalidArgValue("options.sigalgs", sigalgs);
  if (ticketKeys !== undefined && ticketKeys !== null) {
    if (!ArrayBufferIsView(ticketKeys)) throw invalidArgType("options.ticketKeys", binary, ticketKeys);
    const n = TypedArrayPrototypeGetLength(viewBytes(ticketKeys)!);
    if (n !== 48) throw invalidArgValue("options.ticketKeys", n, "must be exactly 48 bytes");
  }
  if (options.sessionTimeout !== undefined && options.sessionTimeout !== null) validateInteger(options.sessionTimeout, "options.sessionTimeout", 0, 2147483647);
  return new (SecureContext as any)();
}

// JSStreamSocket is a socket whose bytes come from and go to stream.
function JSStreamSocket(this: any, stream: any): void {
  FunctionPrototypeCall(Socket, this);
  hide(this, "stream", stream);
  stream.on("data", (b: any) => {
    if (!this.push(b)) stream.pause();
  });
  stream.on("end", () => this.push(null));
  stream.on("error", (e: any) => this.destroy(e));
  stream.on("close", () => this.destroy());
}
ObjectSetPrototypeOf(JSStreamSocket.prototype, Socket.prototype);
ObjectSetPrototypeOf(JSStreamSocket, Socket);
method(JSStreamSocket, "_read", function (this: any) {
  this.stream.resume();
});
method(JSStreamSocket, "_write", function (this: any, chunk: any, encoding: any, cb: any) {
  this.stream.write(chunk, encoding, cb);
});
method(JSStreamSocket, "_final", function (this: any, cb: any) {
  this.stream.end(cb);
});
method(JSStreamSocket, "_destroy", function (this: any, e: any, cb: any) {
  this.stream.destroy();
  cb(e);
});

function TLSSocket(this: any, _socket?: any, options?: any): any {
  if (!isA(this, TLSSocket)) return new (TLSSocket as any)(_socket, options);
  FunctionPrototypeCall(Socket, this, options);
  setOwn(this, "encrypted", true);
  setOwn(this, "authorized", false);
  // Where packages (http2-wrapper, of got) find the class that makes a socket of any stream.
  if (_socket !== undefined) hide(this, "_handle", { get _parentWrap() { return new (JSStreamSocket as any)(_socket); } });
}
ObjectSetPrototypeOf(TLSSocket.prototype, Socket.prototype);
ObjectSetPrototypeOf(TLSSocket, Socket);
{
  const names = ["getPeerCertificate", "getCipher", "getProtocol", "getSession", "getEphemeralKeyInfo", "getTLSTicket", "renegotiate", "setServername", "setMaxSendFragment", "enableTrace", "disableRenegotiation", "isSessionReused"];
  for (let i = 0; i < names.length; i++) method(TLSSocket, names[i]!, () => undefined);
}

function tlsConnect(...args: any[]): any {
  const [o, cb] = normalized(args);
  if (o.secureContext === undefined) createSecureContext(o);
  if (o.ALPNProtocols) convertALPNProtocols(o.ALPNProtocols, {});
  const s = new (TLSSocket as any)(undefined, o);
  if (!o.socket) checkConnect(o);
  if (cb) s.once("secureConnect", cb);
  s.connecting = true;
  nextTick(() => s.destroy(deniedConnection("TLS", o.host ?? "localhost", +o.port)));
  return s;
}

function TLSServer(this: any, options?: any, handler?: any): any {
  if (!isA(this, TLSServer)) return new (TLSServer as any)(options, handler);
  if (typeof options === "function") {
    handler = options;
    options = {};
  }
  FunctionPrototypeCall(Server, this, options);
  if (handler) this.on("secureConnection", handler);
}
ObjectSetPrototypeOf(TLSServer.prototype, Server.prototype);
ObjectSetPrototypeOf(TLSServer, Server);
method(TLSServer, "listen", () => {
  throw coded(Error_, "ERR_CAPABILITY_DENIED", "TLS is not for programs of this sandbox: listen with node:http, what is in front of it speaks TLS");
});
method(TLSServer, "addContext", () => {});
method(TLSServer, "setSecureContext", () => {});
method(TLSServer, "getTicketKeys", () => Buffer.alloc(48));
method(TLSServer, "setTicketKeys", () => {});

const suites = ["aes128-gcm-sha256", "aes128-sha", "aes128-sha256", "aes256-gcm-sha384", "aes256-sha", "aes256-sha256", "ecdhe-ecdsa-aes128-gcm-sha256", "ecdhe-ecdsa-aes256-gcm-sha384", "ecdhe-rsa-aes128-gcm-sha256", "ecdhe-rsa-aes256-gcm-sha384", "tls_aes_128_gcm_sha256", "tls_aes_256_gcm_sha384", "tls_chacha20_poly1305_sha256"];

function convertALPNProtocols(protocols: any, into: any): void {
  if (!ArrayIsArray(protocols)) {
    into.ALPNProtocols = Buffer.from(protocols);
    return;
  }
  const parts: any[] = [];
  for (let i = 0; i < protocols.length; i++) {
    const b = Buffer.from(protocols[i]);
    if (b.length > 255) throw coded(RangeError_, "ERR_OUT_OF_RANGE", `The byte length of the protocol at index ${i} exceeds the maximum length. It must be <= 255. Received ${b.length}`);
    ArrayPrototypePush(parts, Buffer.from([b.length]), b);
  }
  into.ALPNProtocols = Buffer.concat(parts);
}

const tls: any = {
  CLIENT_RENEG_LIMIT: 3, CLIENT_RENEG_WINDOW: 600,
  DEFAULT_CIPHERS: "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384",
  DEFAULT_ECDH_CURVE: "auto", DEFAULT_MIN_VERSION: "TLSv1.2", DEFAULT_MAX_VERSION: "TLSv1.3", getCiphers: () => ArrayPrototypeSlice(suites),
  rootCertificates: ObjectFreeze([]), convertALPNProtocols, checkServerIdentity, createSecureContext, SecureContext, TLSSocket, Server: TLSServer,
  createServer: (o?: any, h?: any) => new (TLSServer as any)(o, h), connect: tlsConnect, createSecurePair: () => {
    throw coded(Error_, "ERR_CAPABILITY_DENIED", "TLS connections are not possible in this sandbox: use fetch or node:https");
  },
};
register(["node:tls", "tls"], () => tidy(tls));
