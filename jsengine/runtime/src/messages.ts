// Bun's errors for modules that cannot be found or built.

import { ReflectDefineProperty } from "./primordials.ts";
import { defineGlobal } from "./globals.ts";

// ResolveMessage says that a specifier leads nowhere. The host adds code, specifier, referrer and importKind.
export class ResolveMessage extends Error {
  level = "error";
  position = null;
}

// BuildMessage says that a source cannot be made a module.
export class BuildMessage extends Error {
  level = "error";
  position = null;
}

const classes = [ResolveMessage, BuildMessage];
for (let i = 0; i < classes.length; i++) {
  const c = classes[i]!;
  ReflectDefineProperty(c.prototype, "name", { __proto__: null, value: c.name, writable: true, enumerable: false, configurable: true } as any);
  defineGlobal(c.name, c);
}
