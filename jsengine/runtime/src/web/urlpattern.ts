// URLPattern, by urlpattern-polyfill. It runs with the guest's own intrinsics: what a
// program replaced it sees replaced here, and nobody else does.

import { URLPattern } from "urlpattern-polyfill/urlpattern";
import { FunctionPrototypeCall } from "../primordials.ts";
import { defineGlobals, webInterface } from "../globals.ts";

// The members of a dictionary come in the order of their names.
const components = ["hash", "hostname", "password", "pathname", "port", "protocol", "search", "username"];
const exec = URLPattern.prototype.exec;
URLPattern.prototype.exec = {
  exec(this: any, input?: any, base?: any): any {
    const r: any = FunctionPrototypeCall(exec, this, input, base);
    if (r === null) return null;
    for (let i = 0; i < components.length; i++) {
      const { groups, input } = r[components[i]!];
      r[components[i]!] = { groups, input };
    }
    return r;
  },
}.exec;

webInterface(URLPattern, "URLPattern");
defineGlobals({ URLPattern });
