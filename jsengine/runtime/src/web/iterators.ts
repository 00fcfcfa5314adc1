// Iterators of the Web's pair lists (Headers, FormData).

import { ObjectCreate, ObjectDefineProperty, ObjectGetPrototypeOf, ReflectApply, SymbolIterator, SymbolToStringTag, SafeWeakMap, TypeError_, hide } from "../primordials.ts";

const IteratorPrototype = ObjectGetPrototypeOf(ObjectGetPrototypeOf([][Symbol.iterator]()));

interface Cursor {
  at: number;
  kind: "keys" | "values" | "entries";
  list: () => [any, any][]; // asked at every step: it may change meanwhile
}

// iterators returns a maker of iterators that print and behave as `${name} Iterator`.
export function iterators(name: string): (list: () => [any, any][], kind: Cursor["kind"]) => any {
  const cursors: WeakMap<object, Cursor> = new SafeWeakMap<object, Cursor>();
  const proto = ObjectCreate(IteratorPrototype);
  const next = function next(this: any): any {
    const c = this !== null && typeof this === "object" ? cursors.get(this) : undefined;
    if (c === undefined) throw new TypeError_(`Illegal invocation: not a ${name} Iterator`);
    const all = c.list();
    if (c.at >= all.length) return { value: undefined, done: true };
    const pair = all[c.at++]!;
    return { value: c.kind === "keys" ? pair[0] : c.kind === "values" ? pair[1] : [pair[0], pair[1]], done: false };
  };
  ObjectDefineProperty(proto, "next", { __proto__: null, value: next, writable: true, enumerable: true, configurable: true } as any);
  ObjectDefineProperty(proto, SymbolToStringTag, { __proto__: null, value: `${name} Iterator`, configurable: true } as any);
  return (list, kind) => {
    const it = ObjectCreate(proto);
    cursors.set(it, { at: 0, kind, list });
    return it;
  };
}

// forEachPair calls back as the Web's forEach does: (value, key, object).
export function forEachPair(list: () => [any, any][], fn: any, self: any, object: any): void {
  if (typeof fn !== "function") throw new TypeError_("The callback must be a function");
  for (let i = 0; i < list().length; i++) {
    const pair = list()[i]!;
    ReflectApply(fn, self, [pair[1], pair[0], object]);
  }
}

// iterable makes an alias of a method the class's default iterator.
export function iterable(cls: any, method: string): void {
  hide(cls.prototype, SymbolIterator, cls.prototype[method]);
}
