// How runtime code defines what guests see on globalThis.

import {
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  SymbolToStringTag,
  globalObject,
} from "./primordials.ts";

// defineGlobal puts a value on globalThis as the platform's own are: writable, configurable, not enumerable.
export function defineGlobal(name: PropertyKey, value: unknown): void {
  ObjectDefineProperty(globalObject, name, {
    __proto__: null,
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  } as any);
}

// defineGlobals does so for each own key of values.
export function defineGlobals(values: Record<string, unknown>): void {
  const keys = ReflectOwnKeys(values);
  for (let i = 0; i < keys.length; i++) defineGlobal(keys[i]!, (values as any)[keys[i]!]);
}

// defineGetter puts an accessor on globalThis whose value is made at first use and
// then stays; assigning replaces it. For values that belong to an instance.
export function defineGetter(name: string, make: () => unknown): void {
  ObjectDefineProperty(globalObject, name, {
    __proto__: null,
    get() {
      const value = make();
      defineGlobal(name, value);
      return value;
    },
    set(value: unknown) {
      defineGlobal(name, value);
    },
    enumerable: false,
    configurable: true,
  } as any);
}

// webInterface dresses a class as a WebIDL interface: methods and accessors of the
// prototype (and static ones) enumerable, Symbol.toStringTag, and the given name. It returns the class.
export function webInterface<C extends Function>(cls: C, name: string): C {
  ObjectDefineProperty(cls, "name", { __proto__: null, value: name, configurable: true } as any);
  enumerable(cls.prototype);
  enumerable(cls);
  ObjectDefineProperty(cls.prototype, SymbolToStringTag, { __proto__: null, value: name, configurable: true } as any);
  return cls;
}

function enumerable(o: any): void {
  const keys = ReflectOwnKeys(o);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (typeof key === "symbol" || key === "constructor" || key === "prototype" || key === "name" || key === "length") continue;
    const d = ObjectGetOwnPropertyDescriptor(o, key)!;
    if (!d.configurable) continue;
    ObjectDefineProperty(o, key, { __proto__: null, ...d, enumerable: true } as any);
  }
}

// named gives a function the name and length a guest expects to see.
export function named<F extends Function>(fn: F, name: string, length?: number): F {
  ObjectDefineProperty(fn, "name", { __proto__: null, value: name, configurable: true } as any);
  if (length !== undefined) ObjectDefineProperty(fn, "length", { __proto__: null, value: length, configurable: true } as any);
  return fn;
}
