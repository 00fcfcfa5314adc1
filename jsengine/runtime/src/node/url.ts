// The legacy parser of node:url; the rest of that module is in url.ts.

import {
  DecodeURIComponent, ObjectAssign, RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeLastIndexOf, StringPrototypeReplace, StringPrototypeSlice,
  StringPrototypeStartsWith, StringPrototypeToLowerCase, StringPrototypeTrim, TypeError_, EncodeURIComponent,
} from "../primordials.ts";
import { tidy } from "./names.ts";
import { builtin } from "../modules.ts";
import { coded, invalidArgType } from "./errors.ts";
import * as qs from "./querystring.ts";
import { isURL } from "../url.ts";

const slashed: any = { __proto__: null, "http:": 1, "https:": 1, "ftp:": 1, "gopher:": 1, "file:": 1, "ws:": 1, "wss:": 1 };
const protocolPattern = /^[a-z0-9.+-]+:/i;

class Url {
  protocol: any = null; slashes: any = null; auth: any = null; host: any = null; port: any = null; hostname: any = null;
  hash: any = null; search: any = null; query: any = null; pathname: any = null; path: any = null; href: any = null;

  parse(url: any, query?: boolean, slashesHost?: boolean): this {
    if (typeof url !== "string") throw invalidArgType("url", "string", url);
    let rest: string = StringPrototypeTrim(url);
    // Backslashes before the query are slashes.
    const cut = RegExpPrototypeExec(/[?#]/, rest);
    const stop = cut === null ? rest.length : cut.index;
    rest = StringPrototypeReplace(StringPrototypeSlice(rest, 0, stop), /\\/g, "/") + StringPrototypeSlice(rest, stop);
    const proto = RegExpPrototypeExec(protocolPattern, rest);
    let lower = "";
    if (proto !== null) {
      lower = StringPrototypeToLowerCase(proto[0]);
      this.protocol = lower;
      rest = StringPrototypeSlice(rest, proto[0].length);
    }
    if ((slashesHost || proto !== null || RegExpPrototypeExec(/^\/\/[^@/]+@[^@/]+/, rest) !== null) && StringPrototypeStartsWith(rest, "//") && lower !== "javascript:") {
      rest = StringPrototypeSlice(rest, 2);
      this.slashes = true;
    }
    if (lower !== "javascript:" && this.slashes) {
      const end = RegExpPrototypeExec(/[/?#]/, rest);
      let authority = end === null ? rest : StringPrototypeSlice(rest, 0, end.index);
      const at = StringPrototypeLastIndexOf(authority, "@");
      if (at >= 0) this.auth = DecodeURIComponent(StringPrototypeSlice(authority, 0, at));
      rest = StringPrototypeSlice(rest, authority.length);
      if (at >= 0) authority = StringPrototypeSlice(authority, at + 1);
      const port = RegExpPrototypeExec(/:([0-9]*)$/, authority);
      if (port !== null) {
        if (port[1] !== "") this.port = port[1];
        authority = StringPrototypeSlice(authority, 0, authority.length - port[0].length);
      }
      this.hostname = StringPrototypeToLowerCase(authority);
      if (StringPrototypeStartsWith(this.hostname, "[") && this.hostname[this.hostname.length - 1] === "]") this.hostname = StringPrototypeSlice(this.hostname, 1, -1);
      else if (RegExpPrototypeExec(/[\0\t\n\r #%<>^|]/, this.hostname) !== null) {
        const e = coded(TypeError_, "ERR_INVALID_URL", "Invalid URL");
        e.input = url;
        throw e;
      }
      const shown = StringPrototypeIndexOf(this.hostname, ":") >= 0 ? `[${this.hostname}]` : this.hostname;
      this.host = shown + (this.port !== null ? `:${this.port}` : "");
    }
    if (lower !== "javascript:") rest = StringPrototypeReplace(rest, /[ \t\r\n"'<>\\^`{|}]/g, (c: string) => (c === "'" ? "%27" : EncodeURIComponent(c)));
    const hash = StringPrototypeIndexOf(rest, "#");
    if (hash >= 0) {
      this.hash = StringPrototypeSlice(rest, hash);
      rest = StringPrototypeSlice(rest, 0, hash);
    }
    const q = StringPrototypeIndexOf(rest, "?");
    if (q >= 0) {
      this.search = StringPrototypeSlice(rest, q);
      const text = StringPrototypeSlice(rest, q + 1);
      this.query = query ? qs.parse(text) : text;
      rest = StringPrototypeSlice(rest, 0, q);
    } else if (query) {
      this.search = null;
      this.query = qs.parse("");
    }
    if (rest !== "") this.pathname = rest;
    if (slashed[lower] && this.hostname && this.pathname === null) this.pathname = "/";
    if (this.pathname !== null || this.search !== null) this.path = (this.pathname ?? "") + (this.search ?? "");
    this.href = this.format();
    return this;
  }

  format(): string {
    let auth = this.auth || "";
    if (auth) auth = `${StringPrototypeReplace(EncodeURIComponent(auth), /%3A/i, ":")}@`;
    let protocol = this.protocol || "";
    let pathname = this.pathname || "", hash = this.hash || "", host = "";
    if (this.host) host = auth + this.host;
    else if (this.hostname) {
      host = auth + (StringPrototypeIndexOf(this.hostname, ":") >= 0 && this.hostname[0] !== "[" ? `[${this.hostname}]` : this.hostname);
      if (this.port) host += `:${this.port}`;
    }
    let query = "";
    if (this.query !== null && typeof this.query === "object") query = qs.stringify(this.query);
    let search = this.search || (query && `?${query}`) || "";
    if (protocol && protocol[protocol.length - 1] !== ":") protocol += ":";
    pathname = StringPrototypeReplace(pathname, /[#?]/g, (c: string) => EncodeURIComponent(c));
    if (this.slashes || slashed[protocol]) {
      if (this.slashes || host) {
        if (pathname && pathname[0] !== "/") pathname = `/${pathname}`;
        host = `//${host}`;
      } else if (StringPrototypeStartsWith(protocol, "file")) host = "//";
    }
    search = StringPrototypeReplace(search, /#/g, "%23");
    if (hash && hash[0] !== "#") hash = `#${hash}`;
    if (search && search[0] !== "?") search = `?${search}`;
    return protocol + host + pathname + search + hash;
  }

  resolve(relative: string): string {
    return resolve(this.format(), relative);
  }
}

function parse(url: any, query?: boolean, slashesHost?: boolean): any {
  if (url instanceof Url) return url;
  return new Url().parse(url, query, slashesHost);
}

function format(url: any, options?: any): string {
  if (typeof url === "string") url = parse(url);
  else if (url === null || typeof url !== "object") throw invalidArgType("urlObject", ["Object", "string"], url);
  else if (isURL(url)) return formatURL(url, options);
  const o: any = new Url();
  const keys = ["protocol", "slashes", "auth", "host", "port", "hostname", "hash", "search", "query", "pathname"];
  for (let i = 0; i < keys.length; i++) if (url[keys[i]!] !== undefined) o[keys[i]!] = url[keys[i]!];
  return o.format();
}

const whatwg = builtin("node:url")!;
const resolve: (from: string, to: string) => string = whatwg.resolve;
const formatURL: (url: any, options?: any) => string = whatwg.format;

// Names of the module that were there before, and these: one object.
tidy(ObjectAssign(whatwg, { Url, parse, format, resolveObject: (from: string, to: string) => parse(resolve(from, to)) }));
