// The registry of builtin modules.
//
// A builtin module is one file: it builds its exports object and registers it
// under every name a guest may import.
//
//	const exports = { join, resolve, … };
//	register(["node:path", "path"], () => exports);
//
// and one line in main.ts imports the file for its effect. The factory runs when
// the image is made (bake), so a builtin costs an instance nothing until its
// pages are touched; it must read nothing that belongs to an instance (arguments,
// environment, time, randomness). Own enumerable keys of the exports object are
// the module's named exports, and the object itself is its default export.

import { SafeMap, mapKeys, mapValues } from "./primordials.ts";

// Exports is a builtin module's exports object, as require() returns it.
export type Exports = Record<string, any>;

interface Builtin {
  factory: (() => Exports) | null;
  exports: Exports | undefined;
}

const builtins: Map<string, Builtin> = new SafeMap<string, Builtin>();

// register names a builtin module. Names are exact: give both "node:path" and
// "path" where Node accepts both. The first registration of a name wins.
export function register(names: readonly string[], factory: () => Exports): void {
  const b: Builtin = { factory, exports: undefined };
  for (let i = 0; i < names.length; i++) {
    if (!builtins.has(names[i]!)) builtins.set(names[i]!, b);
  }
}

// builtin returns a builtin module's exports object, or undefined for a name that is none.
export function builtin(name: string): Exports | undefined {
  const b = builtins.get(name);
  return b === undefined ? undefined : materialise(b);
}

// isBuiltin reports whether a specifier names a builtin module.
export function isBuiltin(name: string): boolean {
  return builtins.has(name);
}

// builtinNames lists the registered names in order of registration.
export function builtinNames(): string[] {
  return mapKeys(builtins);
}

// bake runs every factory; main.ts calls it last, while the image is made.
export function bake(): void {
  const all = mapValues(builtins);
  for (let i = 0; i < all.length; i++) materialise(all[i]!);
}

function materialise(b: Builtin): Exports {
  if (b.exports === undefined) {
    b.exports = b.factory!();
    b.factory = null;
  }
  return b.exports;
}
