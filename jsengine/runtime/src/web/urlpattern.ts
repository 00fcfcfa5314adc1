// URLPattern, by urlpattern-polyfill (see engine/build/urlpattern.go). It runs with the
// guest's own intrinsics: what a program replaced it sees replaced here, and nobody else does.

import { URLPattern as Base } from "urlpattern-polyfill/urlpattern";
import { RegExpPrototypeExec, StringPrototypeReplace, StringPrototypeSlice } from "../primordials.ts";
import { defineGlobals, webInterface } from "../globals.ts";

// withPort is a dictionary whose port is as the URL parser reads one: digits up to what is none.
function withPort(init: any, pattern: boolean): any {
  const port = init.port;
  if (typeof port !== "string") return init;
  const text = StringPrototypeReplace(port, /[\t\n\r]/g, "");
  const digits = RegExpPrototypeExec(pattern ? /^(\d+)[^\d*+?(){}:\\]*$/ : /^(\d+)/, text) as any;
  return digits === null ? init : { ...init, port: digits[1] };
}

// withHost is a dictionary whose hostname ends where the URL parser ends one.
function withHost(init: any): any {
  const hostname = init.hostname;
  if (typeof hostname !== "string") return init;
  let text = StringPrototypeReplace(hostname, /[\t\n\r]/g, "");
  const end = RegExpPrototypeExec(/^[^({[\/#\\]*(?=[\/#]|\\\\|\\\?)/, text) as any;
  if (end !== null) text = StringPrototypeSlice(text, 0, end[0].length);
  return { ...init, hostname: text };
}

function isDictionary(v: unknown): boolean {
  return typeof v === "object" && v !== null;
}

// The members of a dictionary come in the order of their names.
const components = ["hash", "hostname", "password", "pathname", "port", "protocol", "search", "username"];

class URLPattern extends (Base as any) {
  constructor(input: any = {}, base: any = undefined, options: any = undefined) {
    super(isDictionary(input) ? withHost(withPort(input, true)) : input, base, options);
  }
  test(input: any = {}, base: any = undefined): boolean {
    return super.test(isDictionary(input) ? withPort(input, false) : input, base);
  }
  exec(input: any = {}, base: any = undefined): any {
    const r: any = super.exec(isDictionary(input) ? withPort(input, false) : input, base);
    if (r === null) return null;
    r.inputs = base === undefined ? [input] : [input, base];
    for (let i = 0; i < components.length; i++) {
      const { groups, input } = r[components[i]!];
      r[components[i]!] = { groups, input };
    }
    return r;
  }
}

webInterface(Base, "URLPattern");
defineGlobals({ URLPattern: webInterface(URLPattern, "URLPattern") });
