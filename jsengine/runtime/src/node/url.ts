// The legacy parser of node:url; the rest of that module is in url.ts. What it takes for a host,
// what it escapes and how it resolves is Node's, not the URL Standard's.

import {
  ArrayPrototypeJoin, ArrayPrototypePop, ArrayPrototypePush, ArrayPrototypeShift, ArrayPrototypeSplice, ArrayPrototypeUnshift, DecodeURIComponent, EncodeURIComponent, ObjectAssign, ObjectKeys,
  RegExpPrototypeExec, StringPrototypeCharCodeAt, StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeReplace, StringPrototypeSlice, StringPrototypeSplit,
  StringPrototypeStartsWith, StringPrototypeToLowerCase, TypeError_, URIError_, plain, setOwn,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { tidy } from "./names.ts";
import { builtin } from "../modules.ts";
import { coded, invalidArgType, validateString } from "./errors.ts";
import * as qs from "./querystring.ts";
import { isURL } from "../url.ts";

// Protocols that have "//" before a host, with and without their colon; those that never have a host.
const slashed: any = {
  __proto__: null, http: 1, "http:": 1, https: 1, "https:": 1, ftp: 1, "ftp:": 1, gopher: 1, "gopher:": 1, file: 1, "file:": 1, ws: 1, "ws:": 1, wss: 1, "wss:": 1,
};
const hostless: any = { __proto__: null, javascript: 1, "javascript:": 1 };
const maxHost = 255;

function isSpace(c: number): boolean {
  return c <= 32 || c === 160 || c === 0xfeff;
}

// normal trims white space, and makes slashes of the backslashes before the query.
function normal(url: string): { text: string; at: boolean; hash: boolean } {
  let start = 0, end = url.length;
  while (start < end && isSpace(StringPrototypeCharCodeAt(url, start))) start++;
  while (end > start && isSpace(StringPrototypeCharCodeAt(url, end - 1))) end--;
  let text = StringPrototypeSlice(url, start, end);
  const cut = RegExpPrototypeExec(/[?#]/, text);
  const front = cut === null ? text : StringPrototypeSlice(text, 0, cut.index);
  if (StringPrototypeIncludes(front, "\\")) text = StringPrototypeReplace(front, /\\/g, "/") + StringPrototypeSlice(text, front.length);
  return { text, at: StringPrototypeIncludes(front, "@"), hash: StringPrototypeIncludes(text, "#") };
}

function invalid(url: string): Error {
  const e = coded(TypeError_, "ERR_INVALID_URL", "Invalid URL");
  setOwn(e, "input", url);
  return e;
}

class Url {
  protocol: any = null; slashes: any = null; auth: any = null; host: any = null; port: any = null; hostname: any = null;
  hash: any = null; search: any = null; query: any = null; pathname: any = null; path: any = null; href: any = null;

  parse(url: any, query?: boolean, slashesHost?: boolean): this {
    validateString(url, "url");
    const n = normal(url);
    let rest = n.text;
    if (!slashesHost && !n.hash && !n.at) {
      // A path alone.
      const simple = RegExpPrototypeExec(/^(\/\/?(?!\/)[^?\s]*)(\?[^\s]*)?$/, rest);
      if (simple !== null) {
        this.path = this.href = rest;
        this.pathname = simple[1];
        if (simple[2]) {
          this.search = simple[2];
          const text = StringPrototypeSlice(simple[2], 1);
          this.query = query ? qs.parse(text) : text;
        } else if (query) {
          this.search = null;
          this.query = plain<any>();
        }
        return this;
      }
    }
    const found = RegExpPrototypeExec(/^[a-z0-9.+-]+:/i, rest);
    const proto = found === null ? "" : found[0];
    const lower = StringPrototypeToLowerCase(proto);
    if (proto !== "") {
      this.protocol = lower;
      rest = StringPrototypeSlice(rest, proto.length);
    }
    let slashes = false;
    if (slashesHost || proto !== "" || RegExpPrototypeExec(/^\/\/[^@/]+@[^@/]+/, rest) !== null) {
      slashes = StringPrototypeStartsWith(rest, "//");
      if (slashes && !hostless[lower]) {
        rest = StringPrototypeSlice(rest, 2);
        this.slashes = true;
      }
    }
    if (!hostless[lower] && (slashes || (proto !== "" && !slashed[proto]))) rest = this.#authority(rest, url);
    if (!hostless[lower]) rest = StringPrototypeReplace(rest, /[\t\n\r "'<>\\^`{|}]/g, (c: string) => (c === "'" ? "%27" : EncodeURIComponent(c)));
    const hash = StringPrototypeIndexOf(rest, "#");
    if (hash >= 0) {
      this.hash = StringPrototypeSlice(rest, hash);
      rest = StringPrototypeSlice(rest, 0, hash);
    }
    const mark = StringPrototypeIndexOf(rest, "?");
    if (mark >= 0) {
      this.search = StringPrototypeSlice(rest, mark);
      const text = StringPrototypeSlice(rest, mark + 1);
      this.query = query ? qs.parse(text) : text;
      rest = StringPrototypeSlice(rest, 0, mark);
    } else if (query) {
      this.search = null;
      this.query = plain<any>();
    }
    if (rest !== "") this.pathname = rest;
    if (slashed[lower] && this.hostname && !this.pathname) this.pathname = "/";
    if (this.pathname || this.search) this.path = (this.pathname || "") + (this.search || "");
    this.href = format(this);
    return this;
  }

  // #authority takes auth, host and port from the front of rest and returns what follows.
  #authority(rest: string, url: string): string {
    let end = -1; // where the host ends
    let at = -1;
    for (let i = 0, stop = false; i < rest.length && !stop; i++) {
      stop = rest[i] === "/" || rest[i] === "?" || rest[i] === "#";
      switch (rest[i]) {
        case "\t": case "\n": case "\r": // are nowhere, as in the URL Standard
          rest = StringPrototypeSlice(rest, 0, i) + StringPrototypeSlice(rest, i + 1);
          i--;
          break;
        case "/": case "?": case "#": case " ": case '"': case "%": case "'": case ";": case "<": case ">": case "\\": case "^": case "`": case "{": case "|": case "}":
          if (end < 0) end = i;
          break;
        case "@": // the last one decides
          at = i;
          end = -1;
      }
    }
    if (at >= 0) this.auth = decodeAuth(StringPrototypeSlice(rest, 0, at));
    let name = end < 0 ? StringPrototypeSlice(rest, at + 1) : StringPrototypeSlice(rest, at + 1, end);
    rest = end < 0 ? "" : StringPrototypeSlice(rest, end);
    const port = RegExpPrototypeExec(/:[0-9]*$/, name);
    if (port !== null) {
      if (port[0] !== ":") this.port = StringPrototypeSlice(port[0], 1);
      name = StringPrototypeSlice(name, 0, name.length - port[0].length);
    }
    const six = StringPrototypeStartsWith(name, "[") && StringPrototypeEndsWith(name, "]");
    if (!six) {
      const bad = RegExpPrototypeExec(/[:/\\#?]/, name);
      if (bad !== null) {
        rest = `/${StringPrototypeSlice(name, bad.index)}${rest}`;
        name = StringPrototypeSlice(name, 0, bad.index);
      }
    }
    name = name.length > maxHost ? "" : StringPrototypeToLowerCase(name);
    if (name !== "") {
      if (six) {
        if (RegExpPrototypeExec(/[\0\t\n\r #%/<>?@\\^|]/, name) !== null) throw invalid(url);
      } else {
        if (RegExpPrototypeExec(/[^\0-\x7f]/, name) !== null) name = host.sync(OP["url.domainToASCII"]!, name);
        if (name === "" || RegExpPrototypeExec(/[\0\t\n\r #%/:<>?@[\\\]^|]/, name) !== null) throw invalid(url);
      }
    }
    this.host = name + (this.port ? `:${this.port}` : "");
    this.hostname = six ? StringPrototypeSlice(name, 1, -1) : name;
    return six && rest[0] !== "/" ? `/${rest}` : rest;
  }

  format(): string {
    return format(this);
  }

  resolve(relative: any): string {
    return this.resolveObject(urlParse(relative, false, true)).format();
  }

  resolveObject(relative: any): Url {
    if (typeof relative === "string") relative = new Url().parse(relative, false, true);
    return resolveAgainst(this, relative);
  }
}

function decodeAuth(text: string): string {
  try {
    return DecodeURIComponent(text);
  } catch {
    throw new URIError_("URI malformed");
  }
}

// format makes the text of what has the fields of a Url.
function format(u: any): string {
  let protocol = u.protocol || "", pathname = u.pathname || "", hash = u.hash || "", host = "", query = "";
  const auth = u.auth ? `${StringPrototypeReplace(EncodeURIComponent(u.auth), /%3A/gi, ":")}@` : "";
  if (u.host) host = auth + u.host;
  else if (u.hostname) {
    host = auth + (StringPrototypeIncludes(u.hostname, ":") && !StringPrototypeStartsWith(u.hostname, "[") ? `[${u.hostname}]` : u.hostname);
    if (u.port) host += `:${u.port}`;
  }
  if (u.query !== null && typeof u.query === "object") query = qs.stringify(u.query);
  let search = u.search || (query && `?${query}`) || "";
  if (protocol && !StringPrototypeEndsWith(protocol, ":")) protocol += ":";
  pathname = StringPrototypeReplace(`${pathname}`, /[#?]/g, (c: string) => EncodeURIComponent(c));
  if (u.slashes || slashed[protocol]) {
    if (u.slashes || host) {
      if (pathname && pathname[0] !== "/") pathname = `/${pathname}`;
      host = `//${host}`;
    } else if (StringPrototypeStartsWith(protocol, "file")) host = "//";
  }
  search = StringPrototypeReplace(`${search}`, /#/g, "%23");
  if (hash && hash[0] !== "#") hash = `#${hash}`;
  if (search && search[0] !== "?") search = `?${search}`;
  return protocol + host + pathname + search + hash;
}

function copy(to: any, from: any, but?: string): void {
  const keys = ObjectKeys(from);
  for (let i = 0; i < keys.length; i++) if (keys[i] !== but) to[keys[i]!] = from[keys[i]!];
}

// finish sets what follows from the other fields.
function finish(u: any): Url {
  u.href = format(u);
  return u;
}

function join(u: any): void {
  if (u.pathname !== null || u.search !== null) u.path = (u.pathname || "") + (u.search || "");
}

function segments(path: any): string[] {
  return path ? StringPrototypeSplit(path, "/") : [];
}

// splitAuth takes an auth out of a host that has both.
function splitAuth(u: any): void {
  const at = u.host ? StringPrototypeIndexOf(u.host, "@") : -1;
  if (at <= 0) return;
  u.auth = StringPrototypeSlice(u.host, 0, at);
  u.host = u.hostname = StringPrototypeSlice(u.host, at + 1);
}

function resolveAgainst(base: any, rel: any): Url {
  const r: any = new Url();
  copy(r, base);
  r.hash = rel.hash;
  if (rel.href === "") return finish(r);
  if (rel.slashes && !rel.protocol) {
    // Only the protocol is the base's.
    copy(r, rel, "protocol");
    if (slashed[r.protocol] && r.hostname && !r.pathname) r.path = r.pathname = "/";
    return finish(r);
  }
  if (rel.protocol && rel.protocol !== r.protocol) return otherProtocol(r, rel);

  const relAbsolute = rel.host || (rel.pathname && rel.pathname[0] === "/");
  const absolute = relAbsolute || (r.pathname && r.pathname[0] === "/") || (r.host && rel.pathname);
  let endAbsolute = absolute;
  let path = segments(r.pathname);
  const relPath = segments(rel.pathname);
  const bare = r.protocol && !slashed[r.protocol];
  if (bare) {
    // Without slashes, "../.." may climb into the host, so the host is a part of the path for now.
    r.hostname = "";
    r.port = null;
    if (r.host) hostIntoPath(path, r.host);
    r.host = "";
    if (rel.protocol) {
      rel.hostname = rel.port = r.auth = null;
      if (rel.host) hostIntoPath(relPath, rel.host);
      rel.host = null;
    }
    endAbsolute = endAbsolute && (relPath[0] === "" || path[0] === "");
  }
  if (relAbsolute) {
    if (rel.host || rel.host === "") {
      if (r.host !== rel.host) r.auth = null;
      r.host = rel.host;
      r.port = rel.port;
    }
    if (rel.hostname || rel.hostname === "") {
      if (r.hostname !== rel.hostname) r.auth = null;
      r.hostname = rel.hostname;
    }
    r.search = rel.search;
    r.query = rel.query;
    path = relPath;
  } else if (relPath.length > 0) {
    ArrayPrototypePop(path);
    for (let i = 0; i < relPath.length; i++) ArrayPrototypePush(path, relPath[i]);
    r.search = rel.search;
    r.query = rel.query;
  } else if (rel.search !== null && rel.search !== undefined) {
    if (bare) {
      r.hostname = r.host = ArrayPrototypeShift(path);
      splitAuth(r);
    }
    r.search = rel.search;
    r.query = rel.query;
    join(r);
    return finish(r);
  }
  if (path.length === 0) {
    r.pathname = null;
    r.path = r.search ? `/${r.search}` : null;
    return finish(r);
  }

  const last = path[path.length - 1]!;
  const trailing = ((r.host || rel.host || path.length > 1) && (last === "." || last === "..")) || last === "";
  const kept: string[] = []; // from the end
  let up = 0;
  for (let i = path.length - 1; i >= 0; i--) {
    const s = path[i]!;
    if (s === ".") continue;
    if (s === "..") up++;
    else if (up > 0) up--;
    else ArrayPrototypePush(kept, s);
  }
  if (!endAbsolute && !absolute) for (; up > 0; up--) ArrayPrototypePush(kept, "..");
  path = [];
  for (let i = kept.length - 1; i >= 0; i--) ArrayPrototypePush(path, kept[i]!);
  if (endAbsolute && path[0] !== "" && (!path[0] || path[0][0] !== "/")) ArrayPrototypeUnshift(path, "");
  if (trailing && !StringPrototypeEndsWith(ArrayPrototypeJoin(path, "/"), "/")) ArrayPrototypePush(path, "");
  const isAbsolute = path.length > 0 && (path[0] === "" || path[0]![0] === "/");
  if (bare) {
    r.hostname = r.host = isAbsolute ? "" : path.length > 0 ? ArrayPrototypeShift(path) : "";
    splitAuth(r);
  }
  endAbsolute = endAbsolute || (r.host && path.length > 0);
  if (endAbsolute && !isAbsolute) ArrayPrototypeUnshift(path, "");
  if (path.length === 0) r.pathname = r.path = null;
  else r.pathname = ArrayPrototypeJoin(path, "/");
  join(r);
  r.auth = rel.auth || r.auth;
  r.slashes = r.slashes || rel.slashes;
  return finish(r);
}

function hostIntoPath(path: string[], host: string): void {
  if (path[0] === "") path[0] = host;
  else ArrayPrototypeUnshift(path, host);
}

// otherProtocol resolves what has a protocol of its own.
function otherProtocol(r: any, rel: any): Url {
  if (!slashed[rel.protocol]) {
    copy(r, rel);
    return finish(r);
  }
  r.protocol = rel.protocol;
  r.pathname = rel.pathname;
  if (!rel.host && RegExpPrototypeExec(/^file:?$/, rel.protocol) === null && !hostless[rel.protocol]) {
    // The first name of the path is the host.
    const path = StringPrototypeSplit(rel.pathname || "", "/");
    let i = 0;
    while (i < path.length && !path[i]) i++;
    rel.host = i < path.length ? path[i] : "";
    if (!rel.hostname) rel.hostname = "";
    ArrayPrototypeSplice(path, 0, i + 1);
    if (path[0] !== "") ArrayPrototypeUnshift(path, "");
    if (path.length < 2) ArrayPrototypeUnshift(path, "");
    r.pathname = ArrayPrototypeJoin(path, "/");
  }
  r.search = rel.search;
  r.query = rel.query;
  r.host = rel.host || "";
  r.auth = rel.auth;
  r.hostname = rel.hostname || rel.host;
  r.port = rel.port;
  if (r.pathname || r.search) r.path = (r.pathname || "") + (r.search || "");
  r.slashes = r.slashes || rel.slashes;
  return finish(r);
}

function urlParse(url: any, query?: boolean, slashesHost?: boolean): any {
  return url instanceof Url ? url : new Url().parse(url, query, slashesHost);
}

function urlFormat(url: any, options?: any): string {
  if (typeof url === "string") return format(urlParse(url));
  if (url === null || typeof url !== "object") throw invalidArgType("urlObject", ["object", "string"], url);
  return isURL(url) ? formatURL(url, options) : format(url);
}

function urlResolve(from: any, to: any): string {
  return format(resolveAgainst(urlParse(from, false, true), urlParse(to, false, true)));
}

function urlResolveObject(from: any, to: any): any {
  return from ? resolveAgainst(urlParse(from, false, true), typeof to === "string" ? urlParse(to, false, true) : to) : to;
}

const whatwg = builtin("node:url")!;
const formatURL: (url: any, options?: any) => string = whatwg.format;

// Names of the module that were there before, and these: one object.
tidy(ObjectAssign(whatwg, { Url, parse: urlParse, format: urlFormat, resolve: urlResolve, resolveObject: urlResolveObject }));
