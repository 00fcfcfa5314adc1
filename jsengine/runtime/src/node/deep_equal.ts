// Deep equality as node:assert, node:util and Bun define it.

import {
  ArrayBufferPrototypeGetByteLength, ArrayIsArray, ArrayPrototypePush, ArrayPrototypeShift, BigIntPrototypeValueOf, BooleanPrototypeValueOf, DatePrototypeGetTime, NumberIsNaN,
  NumberPrototypeValueOf, ObjectGetPrototypeOf, ObjectIs, ObjectKeys, ObjectPrototypePropertyIsEnumerable, ObjectGetOwnPropertySymbols, RegExpPrototypeGetFlags,
  RegExpPrototypeGetSource, StringPrototypeValueOf, SymbolPrototypeValueOf, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag, ArrayBufferIsView, MapPrototypeGet, MapPrototypeGetSize, MapPrototypeHas, SetPrototypeGetSize, SetPrototypeHas, Uint8Array_, hasOwn,
  mapEntries, setValues, StringPrototypeEndsWith, StringPrototypeStartsWith,
} from "../primordials.ts";
import { viewBytes } from "./buffer.ts";
import { hrefOf, isURL } from "../url.ts";

interface Memo {
  a: any[];
  b: any[];
  special?: Special | undefined;
}

// Special decides about two values before their kinds do; undefined: it does not.
export type Special = (a: any, b: any) => boolean | undefined;

// Mode: "strict" compares prototypes and -0; "loose" uses == on primitives; "bun" is strict
// without prototypes and with undefined properties equal to missing ones.
export type Mode = "strict" | "loose" | "bun" | "bunStrict";

export function deepEqual(a: any, b: any, mode: Mode, special?: Special): boolean {
  return equal(a, b, mode, { a: [], b: [], special });
}

function equal(a: any, b: any, mode: Mode, memo: Memo): boolean {
  if (memo.special !== undefined) {
    const r = memo.special(a, b);
    if (r !== undefined) return r;
  }
  if (a === b) return a !== 0 || mode === "loose" || ObjectIs(a, b);
  const ao = a !== null && typeof a === "object", bo = b !== null && typeof b === "object";
  if (mode !== "loose") {
    if (!ao || !bo) return typeof a === "number" && typeof b === "number" && NumberIsNaN(a) && NumberIsNaN(b);
    if (mode === "strict" && ObjectGetPrototypeOf(a) !== ObjectGetPrototypeOf(b)) return false;
    // Bun compares names of classes: an object without prototype is one of Object.
    if (mode === "bunStrict" && classOf(a) !== classOf(b)) return false;
  } else {
    if (!ao) return !bo && (a == b || (NumberIsNaN(a) && NumberIsNaN(b)));
    if (!bo) return false;
  }
  const kind = host.classOf(a);
  if (kind !== host.classOf(b)) {
    if (mode === "bunStrict") return false;
    // A proxy of an array is an array too; what it is made of decides.
    if (kind !== "Proxy" && host.classOf(b) !== "Proxy") return false;
  }
  if ((mode === "bun" || mode === "bunStrict") && isURL(a) && isURL(b) && hrefOf(a as any) !== hrefOf(b as any)) return false;
  const arrays = ArrayIsArray(a);
  if (arrays !== ArrayIsArray(b)) return false;
  if (arrays) {
    if (a.length !== b.length) return false;
    return children(a, b, mode, memo, kind, true);
  }
  switch (kind) {
    case "Date": {
      const x = DatePrototypeGetTime(a), y = DatePrototypeGetTime(b);
      if (x !== y && !(NumberIsNaN(x) && NumberIsNaN(y))) return false;
      break;
    }
    case "RegExp":
      if (RegExpPrototypeGetSource(a) !== RegExpPrototypeGetSource(b) || RegExpPrototypeGetFlags(a) !== RegExpPrototypeGetFlags(b) || a.lastIndex !== b.lastIndex) return false;
      break;
    case "Error":
      if (a.message !== b.message || a.name !== b.name || !equal(a.cause, b.cause, mode, memo) || !equal(a.errors, b.errors, mode, memo)) return false;
      break;
    case "Number":
      if (!ObjectIs(NumberPrototypeValueOf(a), NumberPrototypeValueOf(b))) return false;
      break;
    case "String":
      if (StringPrototypeValueOf(a) !== StringPrototypeValueOf(b)) return false;
      break;
    case "Boolean":
      if (BooleanPrototypeValueOf(a) !== BooleanPrototypeValueOf(b)) return false;
      break;
    case "BigInt":
      if (BigIntPrototypeValueOf(a) !== BigIntPrototypeValueOf(b)) return false;
      break;
    case "Symbol":
      if (SymbolPrototypeValueOf(a) !== SymbolPrototypeValueOf(b)) return false;
      break;
    case "WeakMap": case "WeakSet": case "Promise":
      if (mode === "bun" || mode === "bunStrict") return false;
      break; // Node sees only their properties
    case "Map": case "Set":
      if (kind === "Map" ? MapPrototypeGetSize(a) !== MapPrototypeGetSize(b) : SetPrototypeGetSize(a) !== SetPrototypeGetSize(b)) return false;
      break;
    case "ArrayBuffer":
      if (ArrayBufferPrototypeGetByteLength(a) !== ArrayBufferPrototypeGetByteLength(b) || !sameBytes(new Uint8Array_(a), new Uint8Array_(b))) return false;
      break;
    default:
      if (ArrayBufferIsView(a)) {
        const tag = TypedArrayPrototypeGetSymbolToStringTag(a);
        if (tag !== TypedArrayPrototypeGetSymbolToStringTag(b)) return false;
        if (tag !== undefined && StringPrototypeStartsWith(tag, "Float") && StringPrototypeEndsWith(tag, "Array")) {
          const n = TypedArrayPrototypeGetLength(a);
          if (n !== TypedArrayPrototypeGetLength(b)) return false;
          for (let i = 0; i < n; i++) if (mode === "loose" ? (a as any)[i] !== (b as any)[i] : !ObjectIs((a as any)[i], (b as any)[i])) return false;
        } else if ((tag !== undefined && TypedArrayPrototypeGetByteLength(a) !== TypedArrayPrototypeGetByteLength(b)) || !sameBytes(viewBytes(a)!, viewBytes(b)!)) return false;
        return children(a, b, mode, memo, kind, true);
      }
  }
  return children(a, b, mode, memo, kind, false);
}

function classOf(o: object): object | null {
  const proto = ObjectGetPrototypeOf(o);
  return proto === null ? ObjectPrototype : proto;
}
const ObjectPrototype = Object.prototype;

// deepMatch reports whether all that a has is in b, as Bun.deepMatch says: a's properties, and arrays of the same length.
export function deepMatch(a: any, b: any): boolean {
  return matches(a, b, []);
}

function matches(a: any, b: any, seen: any[]): boolean {
  if (a === null || typeof a !== "object" || b === null || typeof b !== "object") return equal(a, b, "bun", { a: [], b: [] });
  const kind = host.classOf(a);
  const list = ArrayIsArray(a);
  if (!list && kind !== "Object") return equal(a, b, "bun", { a: [], b: [] });
  if (list !== ArrayIsArray(b) || (list && a.length !== b.length)) return false;
  for (let i = 0; i < seen.length; i++) if (seen[i] === a) return true; // being compared already
  ArrayPrototypePush(seen, a);
  const keys = keysOf(a, "strict", false);
  for (let i = 0; i < keys.length; i++) if (!(keys[i]! in b) || !matches(a[keys[i]!], b[keys[i]!], seen)) return false;
  seen.length--;
  return true;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  const n = TypedArrayPrototypeGetLength(a);
  if (n !== TypedArrayPrototypeGetLength(b)) return false;
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return false;
  return true;
}

function keysOf(o: any, mode: Mode, indexed: boolean): PropertyKey[] {
  const keys = ObjectKeys(o);
  const out: PropertyKey[] = [];
  for (let i = 0; i < keys.length; i++) {
    if (indexed && ArrayBufferIsView(o) && isIndex(keys[i]!)) continue; // compared as bytes
    if (mode === "bun" && o[keys[i]!] === undefined && !ArrayIsArray(o)) continue;
    ArrayPrototypePush(out, keys[i]);
  }
  if (mode !== "loose") {
    const symbols = ObjectGetOwnPropertySymbols(o);
    for (let i = 0; i < symbols.length; i++) if (ObjectPrototypePropertyIsEnumerable(o, symbols[i])) ArrayPrototypePush(out, symbols[i]);
  }
  return out;
}

function isIndex(k: string): boolean {
  for (let i = 0; i < k.length; i++) if (k[i]! < "0" || k[i]! > "9") return false;
  return k.length > 0;
}

function children(a: any, b: any, mode: Mode, memo: Memo, kind: string, indexed: boolean): boolean {
  const ka = keysOf(a, mode, indexed), kb = keysOf(b, mode, indexed);
  if (ka.length !== kb.length && !(mode === "bun" && ArrayIsArray(a))) return false;
  for (let i = 0; i < ka.length; i++) if (!hasOwn(b, ka[i]!) && !(mode === "bun" && a[ka[i]!] === undefined)) return false;
  // A cycle: what is being compared already is taken to be equal.
  for (let i = memo.a.length - 1; i >= 0; i--) if (memo.a[i] === a) return memo.b[i] === b;
  ArrayPrototypePush(memo.a, a);
  ArrayPrototypePush(memo.b, b);
  let same = kind === "Set" ? sets(a, b, mode, memo) : kind === "Map" ? maps(a, b, mode, memo) : true;
  for (let i = 0; same && i < ka.length; i++) same = equal(a[ka[i]!], b[ka[i]!], mode, memo);
  memo.a.length--;
  memo.b.length--;
  return same;
}

function sets(a: Set<any>, b: Set<any>, mode: Mode, memo: Memo): boolean {
  const va = setValues(a);
  let left: any[] | undefined;
  for (let i = 0; i < va.length; i++) {
    const v = va[i];
    if (SetPrototypeHas(b, v)) continue;
    if ((v === null || typeof v !== "object") && mode !== "loose" && memo.special === undefined) return false;
    if (left === undefined) {
      left = [];
      const vb = setValues(b);
      for (let j = 0; j < vb.length; j++) if (!SetPrototypeHas(a, vb[j])) ArrayPrototypePush(left, vb[j]);
    }
    if (!take(left, (w) => equal(v, w, mode, memo))) return false;
  }
  return true;
}

function maps(a: Map<any, any>, b: Map<any, any>, mode: Mode, memo: Memo): boolean {
  const ea = mapEntries(a);
  let left: any[] | undefined;
  for (let i = 0; i < ea.length; i++) {
    const k = ea[i]![0], v = ea[i]![1];
    if (MapPrototypeHas(b, k) && equal(v, MapPrototypeGet(b, k), mode, memo)) continue;
    if ((k === null || typeof k !== "object") && mode !== "loose" && memo.special === undefined) return false;
    left ??= mapEntries(b);
    if (!take(left, (e) => equal(k, e[0], mode, memo) && equal(v, e[1], mode, memo))) return false;
  }
  return true;
}

// take removes the first element that fits from a list, and reports whether there was one. The
// others keep their order: what is compared has most often the same.
function take(list: any[], fits: (v: any) => boolean): boolean {
  for (let i = 0; i < list.length; i++) {
    if (!fits(list[i])) continue;
    for (let j = i; j > 0; j--) list[j] = list[j - 1];
    ArrayPrototypeShift(list);
    return true;
  }
  return false;
}

