// Atomics. A sandbox has one thread and shares its memory with none, so that ordinary reads and writes are atomic.

import {
  ArrayBufferIsView, BigInt_, MathTrunc, Number_, ObjectDefineProperty, ObjectKeys, RangeError_, SymbolToStringTag, TypeError_, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag, globalObject,
} from "./primordials.ts";
import { OP } from "buntime:ops";
import { defineGlobal } from "./globals.ts";

const integers: any = { __proto__: null, Int8Array: 1, Uint8Array: 1, Int16Array: 2, Uint16Array: 2, Int32Array: 4, Uint32Array: 4, BigInt64Array: 8, BigUint64Array: 8 };

// kindOf is the kind of an array of integers; it throws for anything else.
function kindOf(a: any): string {
  const tag = ArrayBufferIsView(a) ? TypedArrayPrototypeGetSymbolToStringTag(a) : undefined;
  if (tag === undefined || integers[tag] === undefined) throw new TypeError_("[object Array] is not an integer typed array.");
  return tag;
}

function place(a: any, index: any): number {
  const i = MathTrunc(Number_(index)) || 0;
  if (i < 0 || i >= TypedArrayPrototypeGetLength(a)) throw new RangeError_("Invalid atomic access index");
  return i;
}

function big(kind: string): boolean {
  return integers[kind] === 8;
}

// toValue converts as the array's elements do, before anything is read.
function toValue(kind: string, v: any): any {
  if (big(kind)) return typeof v === "bigint" ? v : BigInt_(v);
  const n = +v;
  return n === n ? MathTrunc(n) + 0 : 0;
}

// change replaces an element by what f makes of it, and returns what it was.
function change(a: any, index: any, value: any, f: (old: any, v: any) => any): any {
  const kind = kindOf(a);
  const i = place(a, index);
  const v = toValue(kind, value);
  const old = a[i];
  a[i] = f(old, v);
  return old;
}

const methods = {
  add: (a: any, i: any, v: any): any => change(a, i, v, (x, y) => x + y),
  and: (a: any, i: any, v: any): any => change(a, i, v, (x, y) => x & y),
  compareExchange(a: any, index: any, expected: any, value: any): any {
    const kind = kindOf(a);
    const i = place(a, index);
    const want = toValue(kind, expected), v = toValue(kind, value);
    const old = a[i];
    const cell = new classes[kind](1); // what is expected, as an element
    cell[0] = want;
    if (old === cell[0]) a[i] = v;
    return old;
  },
  exchange: (a: any, i: any, v: any): any => change(a, i, v, (_, y) => y),
  isLockFree(n: any): boolean {
    n = MathTrunc(Number_(n));
    return n === 1 || n === 2 || n === 4 || n === 8;
  },
  load(a: any, index: any): any {
    kindOf(a);
    return a[place(a, index)];
  },
  notify(a: any, index: any): number {
    const kind = kindOf(a);
    if (kind !== "Int32Array" && kind !== "BigInt64Array") throw new TypeError_("[object Array] is not an int32 or BigInt64 typed array.");
    place(a, index);
    return 0; // nobody else is there to wait
  },
  or: (a: any, i: any, v: any): any => change(a, i, v, (x, y) => x | y),
  // pause has nothing to wait for: nobody else runs.
  pause(n?: any): void {
    if (n !== undefined && (typeof n !== "number" || MathTrunc(n) !== n || n - n !== 0)) throw new TypeError_("The argument must be an integer.");
  },
  store(a: any, index: any, value: any): any {
    const kind = kindOf(a);
    const i = place(a, index);
    const v = toValue(kind, value);
    a[i] = v;
    return v;
  },
  sub: (a: any, i: any, v: any): any => change(a, i, v, (x, y) => x - y),
  // wait sleeps as long as it may: nobody can notify it.
  wait(a: any, index: any, value: any, timeout: any): string {
    const kind = kindOf(a);
    if ((kind !== "Int32Array" && kind !== "BigInt64Array") || host.classOf(TypedArrayPrototypeGetBuffer(a)) !== "SharedArrayBuffer") throw new TypeError_("[object Array] is not a shared typed array.");
    const i = place(a, index);
    const v = toValue(kind, value);
    const t = Number_(timeout);
    if (a[i] !== v) return "not-equal";
    const ms = t === t ? (t > 0 ? t : 0) : Infinity;
    host.sync(OP["process.sleep"]!, ms > 0x7fffffff ? 0x7fffffff : ms);
    return "timed-out";
  },
  xor: (a: any, i: any, v: any): any => change(a, i, v, (x, y) => x ^ y),
};

const classes: any = { __proto__: null };
const Atomics: any = {};
{
  const kinds = ObjectKeys(integers);
  for (let i = 0; i < kinds.length; i++) classes[kinds[i]!] = globalObject[kinds[i]!];
  const lengths: any = { add: 3, and: 3, compareExchange: 4, exchange: 3, isLockFree: 1, load: 2, notify: 3, or: 3, pause: 0, store: 3, sub: 3, wait: 4, xor: 3 };
  const names = ObjectKeys(methods);
  for (let i = 0; i < names.length; i++) {
    const fn = (methods as any)[names[i]!];
    ObjectDefineProperty(fn, "length", { __proto__: null, value: lengths[names[i]!], configurable: true } as any);
    ObjectDefineProperty(Atomics, names[i]!, { __proto__: null, value: fn, writable: true, enumerable: false, configurable: true } as any);
  }
  ObjectDefineProperty(Atomics, SymbolToStringTag, { __proto__: null, value: "Atomics", configurable: true } as any);
}
defineGlobal("Atomics", Atomics);
