// What every part of the Streams Standard stands on: promises that a stream settles,
// and what a guest gave a constructor.

import { FunctionPrototypeCall, ReflectApply, NumberIsNaN, RangeError_, TypeError_, then, withResolvers } from "../primordials.ts";
import { coded } from "../node/errors.ts";

export type Fn = (...args: any[]) => any;

export interface Deferred {
  promise: Promise<any>;
  resolve: (v?: any) => void;
  reject: (e?: any) => void;
}

export function deferred(): Deferred {
  return withResolvers<any>();
}

export function quiet(d: Deferred): Deferred {
  host.markHandled(d.promise);
  return d;
}

export function resolved(v?: any): Deferred {
  const d = deferred();
  d.resolve(v);
  return d;
}

export function rejected(e: any): Deferred {
  const d = quiet(deferred());
  d.reject(e);
  return d;
}

// when runs one of two functions once p has settled.
export function when(p: Promise<any>, ok: (v: any) => void, bad: (e: any) => void): void {
  void then(p, ok, bad);
}

// invoke calls what a guest gave, and makes a promise of whatever comes of it.
export async function invoke(fn: Fn | undefined, self: any, ...args: any[]): Promise<any> {
  if (fn === undefined) return undefined;
  const v = ReflectApply(fn, self, args);
  return v !== null && typeof v === "object" ? await v : v;
}

export function member(o: any, key: string): Fn | undefined {
  const fn = o?.[key];
  if (fn === undefined) return undefined;
  if (typeof fn !== "function") throw new TypeError_(`${key} is not a function`);
  return fn;
}

export function invalidState(message: string): Error {
  return coded(TypeError_, "ERR_INVALID_STATE", `Invalid state: ${message}`);
}

export function illegal(): Error {
  return coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
}

export function highWaterMark(strategy: any, dflt: number): number {
  const v = strategy?.highWaterMark;
  if (v === undefined) return dflt;
  const n = +v;
  if (NumberIsNaN(n) || n < 0) throw new RangeError_(`The property 'strategy.highWaterMark' is invalid. Received ${n}`);
  return n;
}

export function sizeOf(strategy: any): Fn | undefined {
  const size = member(strategy, "size");
  return size === undefined ? undefined : (chunk: any) => FunctionPrototypeCall(size, undefined, chunk);
}

// internal marks calls of constructors that guests may not call.
export const internal: any = { __proto__: null };
