// What Node makes of a rejection that nobody handles.

import {
  ErrorCaptureStackTrace, ErrorPrototype, Error_, FunctionPrototypeToString, ObjectHasOwn, ReflectGetOwnPropertyDescriptor, ReflectGetPrototypeOf, String_,
  SymbolToStringTag, isObject, setOwn,
} from "./primordials.ts";
import { coded } from "./node/errors.ts";

// thrownFor is what is thrown for a rejection that nobody handles: its reason, if that is
// an error, else one that names it. Its stack ends below f.
export function thrownFor(reason: unknown, f: Function): unknown {
  if (likeError(reason)) return reason;
  const e = coded(Error_, "ERR_UNHANDLED_REJECTION", "This error originated either by throwing inside of an async function without a catch block, " +
    `or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "${reasonText(reason)}".`);
  setOwn(e, "name", "UnhandledPromiseRejection");
  ErrorCaptureStackTrace(e, f);
  return e;
}

function likeError(reason: unknown): boolean {
  const kind = host.classOf(reason);
  return kind === "Error" || kind === "DOMException" || (isObject(reason) && ObjectHasOwn(reason as object, "stack"));
}

// rejectedText is what a warning says of a rejection: an error's stack, else the reason.
export function rejectedText(reason: any): string {
  if (likeError(reason)) {
    try {
      return String_(reason.stack);
    } catch {
      // a getter of the program
    }
  }
  return reasonText(reason);
}

const objectText: unknown = ReflectGetOwnPropertyDescriptor(Object.prototype, "toString")!.value;
const errorText: unknown = ReflectGetOwnPropertyDescriptor(ErrorPrototype, "toString")!.value;

// reasonText is V8's text of a value, for which no code of the program runs.
function reasonText(v: unknown): string {
  if (!isObject(v)) return String_(v);
  const kind = host.classOf(v);
  if (kind === "Proxy") return "#<Object>";
  const method = inherited(v, "toString");
  if (typeof v === "function" && method !== objectText) return FunctionPrototypeToString(v as Function);
  if (method === errorText) {
    const given = inherited(v, "name"), message = inherited(v, "message");
    const name = typeof given === "string" ? given : "Error";
    return typeof message === "string" && message !== "" ? `${name}: ${message}` : name;
  }
  const name = method === objectText ? inherited(inherited(v, "constructor"), "name") : undefined;
  if (typeof name === "string" && name !== "") return `#<${name}>`;
  const tag = inherited(v, SymbolToStringTag);
  return `[object ${typeof tag === "string" ? tag : kind}]`;
}

// inherited is the value of a property that is no accessor, undefined if there is none.
function inherited(o: any, key: PropertyKey): unknown {
  for (; isObject(o); o = ReflectGetPrototypeOf(o)) {
    const d = ReflectGetOwnPropertyDescriptor(o, key);
    if (d !== undefined) return d.value;
  }
  return undefined;
}
