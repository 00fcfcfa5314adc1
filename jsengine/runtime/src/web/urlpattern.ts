// URLPattern, by urlpattern-polyfill. It runs with the guest's own intrinsics: what a
// program replaced it sees replaced here, and nobody else does.

import { URLPattern } from "urlpattern-polyfill/urlpattern";
import { defineGlobals, webInterface } from "../globals.ts";

webInterface(URLPattern, "URLPattern");
defineGlobals({ URLPattern });
