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

import { OP } from "buntime:ops";
import { SafeMap, StringPrototypeSlice, StringPrototypeStartsWith, mapKeys, mapValues } from "./primordials.ts";

// Exports is a builtin module's exports object, as require() returns it.
export type Exports = Record<string, any>;

interface Builtin {
  factory: (() => Exports) | null;
  exports: Exports | undefined;
  bun: ((exports: Exports) => void) | null;
  first: (() => void) | null;
}

const builtins: Map<string, Builtin> = new SafeMap<string, Builtin>();

// register names a builtin module. Names are exact: give both "node:path" and
// "path" where Node accepts both. The first registration of a name wins. bun adds what
// Bun has and Node has not, in an instance that runs as Bun would; first is called when an
// instance asks for the module first.
export function register(names: readonly string[], factory: () => Exports, bun: ((exports: Exports) => void) | null = null, first: (() => void) | null = null): void {
  const b: Builtin = { factory, exports: undefined, bun, first };
  for (let i = 0; i < names.length; i++) {
    if (!builtins.has(names[i]!)) builtins.set(names[i]!, b);
  }
}

// builtin returns a builtin module's exports object, or undefined for a name that is none.
export function builtin(name: string): Exports | undefined {
  const b = builtins.get(name);
  if (b === undefined) return undefined;
  const exports = materialise(b);
  if (b.bun !== null && baked && !host.sync(OP["process.node"]!)) {
    const add = b.bun;
    b.bun = null;
    add(exports);
  }
  if (b.first !== null && baked) {
    const f = b.first;
    b.first = null;
    f();
  }
  return exports;
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
  baked = true;
}

let baked = false;

// What tests put in the place of modules, by absolute path or specifier.
const mocks: Map<string, string> = new SafeMap<string, string>();

// mockModule puts exports in the place of the module of a key, for what imported it and for what will.
export function mockModule(key: string, exports: Exports): void {
  const name = `mock:${builtins.size}:${key}`;
  builtins.set(name, { factory: null, exports, bun: null, first: null });
  mocks.set(key, name);
  const full = isBuiltin(`node:${key}`) ? `node:${key}` : key;
  if (full !== key) mocks.set(full, name);
  else if (StringPrototypeStartsWith(key, "node:")) mocks.set(StringPrototypeSlice(key, 5), name);
  host.mocking(full, exports);
}

// mocking reports whether any module is mocked.
export function mocking(): boolean {
  return mocks.size > 0;
}

// mocked is the builtin's name of a module that is mocked: a hook of the engine's, and asked by require.
export function mocked(specifier: string, base: string): string | undefined {
  if (!mocking()) return undefined;
  return mocks.get(specifier) ?? mocks.get(mockKey(specifier, base));
}

// mockKey is what a specifier is mocked by: relative ones by the path they name.
export function mockKey(specifier: string, base: string): string {
  if (specifier[0] !== "." && specifier[0] !== "/") return specifier;
  try {
    return host.sync(OP["module.resolve"]!, specifier, base);
  } catch {
    // There need be no such file.
  }
  const path = builtin("node:path")!;
  return path.resolve(path.dirname(base), specifier);
}

function materialise(b: Builtin): Exports {
  if (b.exports === undefined) {
    b.exports = b.factory!();
    b.factory = null;
  }
  return b.exports;
}
