// Bun's errors for modules that cannot be found or built.

import { StringPrototypeIndexOf, StringPrototypeRepeat, StringPrototypeSlice, hide } from "./primordials.ts";
import { defineGlobal } from "./globals.ts";
import { inspectAs } from "./inspect.ts";

// ResolveMessage says that a specifier leads nowhere. The host adds code, specifier, referrer and importKind.
export class ResolveMessage extends Error {
  level = "error";
  position = null;
}

// Bun prints one line, and neither fields nor stack.
inspectAs(ResolveMessage, "ResolveMessage", (m) => {
  const text: string = m.message, end = ` imported from ${m.referrer}`;
  const at = StringPrototypeIndexOf(text, end);
  const from = ` from '${m.referrer}'`;
  return `error: ${at < 0 ? text + from : StringPrototypeSlice(text, 0, at) + from + StringPrototypeSlice(text, at + end.length)}`;
});

// BuildMessage says that a source cannot be made a module.
export class BuildMessage extends Error {
  level = "error";
  position = null;
}

// Bun prints the line at fault, and no stack.
inspectAs(BuildMessage, "BuildMessage", (m) => {
  const p = m.position;
  if (p === null) return `error: ${m.message}`;
  const margin = `${p.line} | `;
  return `${margin}${p.lineText}\n${StringPrototypeRepeat(" ", margin.length + p.column - 1)}^\nerror: ${m.message}\n    at ${p.file}:${p.line}:${p.column}`;
});

const classes = [ResolveMessage, BuildMessage];
for (let i = 0; i < classes.length; i++) {
  const c = classes[i]!;
  hide(c.prototype, "name", c.name);
  defineGlobal(c.name, c);
}
