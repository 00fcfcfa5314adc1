// node:string_decoder. Bytes that are the start of a character wait for the rest.

import {
  ArrayBufferIsView, FunctionPrototypeCall, ObjectDefineProperty, Symbol_, TypeError_, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, Uint8Array_,
} from "../primordials.ts";
import { register } from "../modules.ts";
import { inspect } from "../inspect.ts";
import { named } from "../globals.ts";
import { coded, invalidArgType } from "./errors.ts";
import { decode, normalizeEncoding, subBytes, viewBytes, wrap, type Encoding } from "./buffer.ts";

const kState: unique symbol = Symbol_("kNativeDecoder") as any;

interface State {
  enc: Encoding;
  held: Uint8Array; // up to 4 bytes of a character that is not whole
  have: number;
  need: number; // bytes that complete it
}

function text(st: State, b: Uint8Array, from: number, to: number): string {
  return decode(b, st.enc, from, to);
}

function write(st: State, b: Uint8Array): string {
  let at = 0;
  let end = TypedArrayPrototypeGetLength(b);
  const enc = st.enc;
  if (enc === "latin1" || enc === "ascii" || enc === "hex") return text(st, b, 0, end);
  let out = "";
  if (st.need > 0) {
    if (enc === "utf8") {
      // A byte that continues nothing ends the character that waited.
      for (let i = 0; i < end && i < st.need; i++) {
        if ((b[i]! & 0xc0) !== 0x80) {
          st.need = 0;
          TypedArrayPrototypeSet(st.held, subBytes(b, 0, i), st.have);
          st.have += i;
          at = i;
          break;
        }
      }
    }
    const n = end - at < st.need ? end - at : st.need;
    TypedArrayPrototypeSet(st.held, subBytes(b, at, at + n), st.have);
    at += n;
    st.need -= n;
    st.have += n;
    if (st.need === 0) {
      out = text(st, st.held, 0, st.have);
      st.have = 0;
    }
  }
  if (at === end) return out;
  if (enc === "utf8") {
    if (b[end - 1]! & 0x80) {
      for (let i = end - 1; ; i--) {
        st.have++;
        const c = b[i]!;
        if ((c & 0xc0) === 0x80) {
          if (st.have >= 4 || i === at) {
            st.have = 0; // no start of a character: decoded as it is
            break;
          }
        } else {
          if ((c & 0xe0) === 0xc0) st.need = 2;
          else if ((c & 0xf0) === 0xe0) st.need = 3;
          else if ((c & 0xf8) === 0xf0) st.need = 4;
          if (st.have >= st.need) st.need = st.have = 0;
          st.need -= st.have;
          break;
        }
      }
    }
  } else if (enc === "utf16le") {
    if ((end - at) % 2 === 1) st.have = st.need = 1;
    else if ((b[end - 1]! & 0xfc) === 0xd8) st.have = st.need = 2;
  } else {
    st.have = (end - at) % 3;
    if (st.have > 0) st.need = 3 - st.have;
  }
  if (st.have > 0) {
    end -= st.have;
    TypedArrayPrototypeSet(st.held, subBytes(b, end, end + st.have), 0);
  }
  return out + text(st, b, at, end);
}

function flush(st: State): string {
  if (st.enc === "utf16le" && st.have % 2 === 1) st.have--;
  const out = text(st, st.held, 0, st.have);
  st.have = st.need = 0;
  return out;
}

function stateOf(d: any): State {
  const st = d?.[kState];
  if (st === undefined) throw coded(TypeError_, "ERR_INVALID_THIS", 'Value of "this" must be of type StringDecoder');
  return st;
}

// StringDecoder is a function, not a class: older code calls it on its own objects.
export const StringDecoder: any = function StringDecoder(this: any, encoding?: any) {
  const enc = encoding === undefined || encoding === null ? "utf8" : typeof encoding === "string" ? normalizeEncoding(encoding) : undefined;
  if (enc === undefined) throw coded(TypeError_, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${typeof encoding === "string" ? encoding : inspect(encoding)}`);
  this.encoding = enc;
  const st: State = { enc, held: new Uint8Array_(4), have: 0, need: 0 };
  ObjectDefineProperty(this, kState, { __proto__: null, value: st } as any);
};
named(StringDecoder, "StringDecoder", 1);

function bytesOf(buf: any): Uint8Array {
  const b = ArrayBufferIsView(buf) ? viewBytes(buf) : undefined;
  if (b === undefined) throw invalidArgType("buf", ["Buffer", "TypedArray", "DataView"], buf);
  return b;
}

const proto = StringDecoder.prototype;
proto.write = named(function (this: any, buf: any): string {
  if (typeof buf === "string") return buf;
  return write(stateOf(this), bytesOf(buf));
}, "write");
proto.end = named(function (this: any, buf?: any): string {
  const st = stateOf(this);
  const head = buf === undefined ? "" : FunctionPrototypeCall(proto.write, this, buf);
  return head + flush(st);
}, "end");
proto.text = named(function (this: any, buf: any, offset: number): string {
  const st = stateOf(this);
  st.have = st.need = 0;
  const b = bytesOf(buf);
  return write(st, subBytes(b, offset, TypedArrayPrototypeGetLength(b)));
}, "text");

function getter(name: string, get: (st: State) => any): void {
  ObjectDefineProperty(proto, name, { __proto__: null, enumerable: true, configurable: true, get(this: any) { return get(stateOf(this)); } } as any);
}
getter("lastChar", (st) => wrap(st.held));
getter("lastNeed", (st) => st.need);
getter("lastTotal", (st) => st.have + st.need);

register(["node:string_decoder", "string_decoder"], () => ({ StringDecoder }));
