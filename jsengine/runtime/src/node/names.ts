// Functions that make objects and their methods, as Node has them instead of classes; and the names of functions, as a guest sees them.

import { ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ReflectOwnKeys, StringPrototypeSlice, StringPrototypeStartsWith, setOwn } from "../primordials.ts";

// tidy names the functions of an exports object, and the methods of its classes,
// after their keys where they have no name or one that only the bundler gave them
// (parse2, _Hash).
export function tidy<T extends object>(exports: T): T {
  each(exports, true);
  return exports;
}

function each(o: any, classes: boolean): void {
  const keys = ReflectOwnKeys(o);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const d = ObjectGetOwnPropertyDescriptor(o, key);
    if (typeof key !== "string" || key === "constructor" || d === undefined || typeof d.value !== "function") continue;
    const fn = d.value;
    if (given(fn.name, key) && ObjectGetOwnPropertyDescriptor(fn, "name")?.configurable !== false) {
      ObjectDefineProperty(fn, "name", { __proto__: null, value: key, configurable: true } as any);
    }
    if (classes && fn.prototype !== undefined && key !== "prototype") each(fn.prototype, false);
  }
}

// given reports whether a function's name is the bundler's doing.
function given(name: any, key: string): boolean {
  if (typeof name !== "string" || name === key) return false;
  if (name === "" || name === `_${key}`) return true;
  if (!StringPrototypeStartsWith(name, key)) return false;
  const rest = StringPrototypeSlice(name, key.length);
  for (let i = 0; i < rest.length; i++) if (rest[i]! < "0" || rest[i]! > "9") return false;
  return true;
}

// method gives a class a method that enumeration has, as Node's functions that make objects do.
export function method(cls: any, name: string, fn: any): void {
  setOwn(cls.prototype, name, fn);
}

// isA is instanceof, after which the compiler takes this for what it was: such a function is no class to it.
export function isA(o: any, cls: any): boolean {
  return o instanceof cls;
}
