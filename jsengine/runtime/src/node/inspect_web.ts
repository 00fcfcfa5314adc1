// How util.inspect prints the classes of the web: as Node's own functions do, each with its ways of depth.

import { ArrayIsArray, ArrayPrototypeJoin, ArrayPrototypePush, ObjectGetOwnPropertyDescriptor, StringPrototypeRepeat, StringPrototypeSlice, globalObject, iterate, setOwn } from "../primordials.ts";
import { listenersOf } from "../events.ts";
import { ParamsIterator, fieldsOf, isURL, restOf } from "../url.ts";
import { stripANSI } from "../width.ts";
import { shownHeaders } from "../web/fetch.ts";
import { isActive } from "../web/messaging.ts";
import { ByteCtrl } from "../web/readable_state.ts";
import { byobReader, defaultReader, rs } from "../web/readable.ts";
import { transformOf, transformOfController } from "../web/transform.ts";
import { writeController, writerOf, ws } from "../web/writable.ts";
import { constructorName, fieldsText, indentLines, inspect, nested, nodeInspectAs, reduce, userOptions } from "./inspect.ts";

type Print = (v: any, c: any, depth: number) => string | undefined;
type Fields = (v: any) => object;

const tooDeep = (c: any, depth: number): boolean => c.depth !== null && depth > c.depth;

// within prints fields as a call of inspect does that a program makes in its own inspect function, with options of its own.
function within(c: any, name: string, fields: object, depth: number | null): string {
  return indentLines(`${name} ${inspect(fields, { ...userOptions(c), depth })}`, c.indentation);
}

// known gives what f says of v; undefined of an object that only inherits from the class.
function known<T>(f: (v: any) => T, v: any): T | undefined {
  try {
    return f(v);
  } catch {
    return undefined;
  }
}

// one prints the fields of a class, with one level less below; below its depth what deep says.
function one(cls: Function, name: string | ((v: any) => string), fields: Fields, deep: Print): void {
  nodeInspectAs(cls, (v, c, depth) => {
    const shown = known(fields, v);
    if (shown === undefined) return undefined;
    if (tooDeep(c, depth)) return deep(v, c, depth);
    return within(c, typeof name === "string" ? name : name(v), shown, c.depth === null ? null : c.depth - 1);
  });
}

// whole prints the fields of a class at any depth, as if it were the only value.
function whole(cls: Function, name: string, fields: Fields, depthOfAll: number | null): void {
  nodeInspectAs(cls, (v, c) => {
    const shown = known(fields, v);
    return shown === undefined ? undefined : within(c, name, shown, c.depth ?? depthOfAll);
  });
}

const plainly: Print = () => undefined; // as another object without keys
const nothing: Print = () => "undefined"; // streams say that, which is a mistake of Node's
const named: Print = (v) => `${v.constructor.name}`;
const bracketed = (tag: string): Print => (v, c, depth) => {
  const name = constructorName(v, c, depth);
  return c.stylize(name === null || name === tag ? `[${tag}]` : `[${name} [${tag}]]`, "special");
};

const web = globalObject;
one(web.ReadableStream, "ReadableStream", (v) => ({ locked: rs(v).reader !== undefined, state: rs(v).state, supportsBYOB: rs(v).ctrl instanceof ByteCtrl }), nothing);
one(web.ReadableStreamDefaultReader, "ReadableStreamDefaultReader", (v) => ({ stream: defaultReader(v).stream?.obj, readRequests: defaultReader(v).requests.length, close: defaultReader(v).closed.promise }), nothing);
one(web.ReadableStreamBYOBReader, "ReadableStreamBYOBReader", (v) => ({ stream: byobReader(v).stream?.obj, readIntoRequests: byobReader(v).requests.length, close: byobReader(v).closed.promise }), nothing);
one(web.ReadableStreamDefaultController, "ReadableStreamDefaultController", () => ({}), nothing);
one(web.ReadableByteStreamController, "ReadableByteStreamController", () => ({}), nothing);
one(web.WritableStream, "WritableStream", (v) => ({ locked: ws(v).writer !== undefined, state: ws(v).state }), nothing);
one(web.WritableStreamDefaultWriter, "WritableStreamDefaultWriter", (v) => ({ stream: writerOf(v).stream?.obj, close: writerOf(v).closed.promise, ready: writerOf(v).ready.promise, desiredSize: writerOf(v).stream === undefined ? undefined : v.desiredSize }), nothing);
one(web.WritableStreamDefaultController, "WritableStreamDefaultController", (v) => ({ stream: writeController(v).stream.obj }), nothing);
one(web.TransformStream, "TransformStream", (v) => ({ readable: transformOf(v).readable, writable: transformOf(v).writable, backpressure: transformOf(v).backpressure }), nothing);
one(web.TransformStreamDefaultController, "TransformStreamDefaultController", (v) => ({ stream: transformOfController(v).obj }), nothing);
one(web.ByteLengthQueuingStrategy, "ByteLengthQueuingStrategy", (v) => ({ highWaterMark: v.highWaterMark }), nothing);
one(web.CountQueuingStrategy, "CountQueuingStrategy", (v) => ({ highWaterMark: v.highWaterMark }), nothing);
one(web.TextEncoderStream, "TextEncoderStream", (v) => ({ encoding: v.encoding, readable: v.readable, writable: v.writable }), nothing);
one(web.TextDecoderStream, "TextDecoderStream", (v) => ({ encoding: v.encoding, fatal: v.fatal, ignoreBOM: v.ignoreBOM, readable: v.readable, writable: v.writable }), nothing);
one(web.CompressionStream, "CompressionStream", (v) => ({ readable: v.readable, writable: v.writable }), nothing);
one(web.DecompressionStream, "DecompressionStream", (v) => ({ readable: v.readable, writable: v.writable }), nothing);

one(web.AbortController, (v) => v.constructor.name, (v) => ({ signal: v.signal }), plainly);
one(web.AbortSignal, "AbortSignal", (v) => ({ aborted: v.aborted }), (_, c) => c.stylize("[AbortSignal]", "special"));
one(web.EventTarget, (v) => v.constructor.name, (v) => (listenersOf(v), {}), named);
one(web.BroadcastChannel, "BroadcastChannel", (v) => ({ name: v.name, active: isActive(v) }), () => "BroadcastChannel");
// Each, since MessageEvent and CustomEvent have a printer of Bun's.
const events = [web.Event, web.CustomEvent, web.MessageEvent];
for (let i = 0; i < events.length; i++) {
  one(events[i], (v) => v.constructor.name, (v) => ({ type: v.type, defaultPrevented: v.defaultPrevented, cancelable: v.cancelable, timeStamp: v.timeStamp }), named);
}
one(web.Blob, "Blob", (v) => ({ size: v.size, type: v.type }), bracketed("Blob"));
one(web.File, "File", (v) => ({ size: v.size, type: v.type, name: v.name, lastModified: v.lastModified }), bracketed("File"));
one(web.CryptoKey, "CryptoKey", (v) => ({ type: v.type, extractable: v.extractable, algorithm: v.algorithm, usages: v.usages }), plainly);

whole(web.Headers, "Headers", shownHeaders, null);
whole(web.Response, "Response", (v) => ({ status: v.status, statusText: v.statusText, headers: v.headers, body: v.body, bodyUsed: v.bodyUsed, ok: v.ok, redirected: v.redirected, type: v.type, url: v.url }), 2);
whole(web.Request, "Request", (v) => ({
  method: v.method, url: v.url, headers: v.headers, destination: v.destination, referrer: v.referrer, referrerPolicy: v.referrerPolicy, mode: v.mode, credentials: v.credentials, cache: v.cache, redirect: v.redirect,
  integrity: v.integrity, keepalive: v.keepalive, isReloadNavigation: false, isHistoryNavigation: false, signal: v.signal,
}), 2);
// The fields of a form have no prototype, whose mark Node cuts off.
nodeInspectAs(web.FormData, (v, c) => {
  const list = known((form) => iterate<[string, unknown]>(form), v);
  if (list === undefined) return undefined;
  const fields: any = {};
  for (let i = 0; i < list.length; i++) {
    const name = list[i]![0];
    const before = ObjectGetOwnPropertyDescriptor(fields, name)?.value;
    if (!before) setOwn(fields, name, list[i]![1]);
    else if (ArrayIsArray(before)) ArrayPrototypePush(before, list[i]![1]);
    else setOwn(fields, name, [before, list[i]![1]]);
  }
  return c.depth !== null && c.depth < 0 && list.length > 0 ? "FormData " : within(c, "FormData", fields, c.depth);
});

nodeInspectAs(web.TextEncoder, (v, c, depth) => (tooDeep(c, depth) ? bracketed("TextEncoder")(v, c, depth) : StringPrototypeSlice(fieldsText(c, "", { encoding: v.encoding }, depth), 1)));
nodeInspectAs(web.URL, (v, c, depth) => {
  if (!isURL(v)) return undefined;
  return tooDeep(c, depth) ? undefined : fieldsText(c, constructorName(v, c, depth) ?? "URL", fieldsOf(v), depth);
});
nodeInspectAs(web.URLSearchParams, (v, c, depth) => {
  if (c.depth !== null && c.depth < 1 && depth > c.depth) return c.stylize("[Object]", "special");
  const list = iterate<[string, string]>(v);
  const out: string[] = [];
  let length = -2;
  for (let i = 0; i < list.length; i++) {
    const text = `${nested(c, list[i]![0], depth)} => ${nested(c, list[i]![1], depth)}`;
    ArrayPrototypePush(out, text);
    length += stripANSI(text).length + 2;
  }
  if (out.length === 0) return "URLSearchParams {}";
  const indentation = StringPrototypeRepeat(" ", c.indentation);
  return length > c.breakLength ? `URLSearchParams {\n${indentation}  ${ArrayPrototypeJoin(out, `,\n${indentation}  `)} }` : `URLSearchParams { ${ArrayPrototypeJoin(out, ", ")} }`;
});
nodeInspectAs(ParamsIterator, (v, c, depth) => {
  if (tooDeep(c, depth)) return c.stylize("[Object]", "special");
  const rest = restOf(v);
  const out: string[] = [];
  for (let i = 0; i < rest.length; i++) ArrayPrototypePush(out, nested(c, rest[i], depth));
  return out.length === 0 ? "URLSearchParams Iterator {  }" : reduce(c, out, "", ["URLSearchParams Iterator {", "}"], 0, depth + 1, undefined);
});
