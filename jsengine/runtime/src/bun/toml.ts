// Bun.TOML.stringify.

import {
  ArrayIsArray, ArrayPrototypePush, DatePrototypeGetTime, DatePrototypeToISOString, Error_, NumberIsNaN, NumberPrototypeToString, ObjectIs, ObjectKeys, RegExpPrototypeExec, StringPrototypeCharCodeAt,
  StringPrototypePadStart, StringPrototypeReplace,
} from "../primordials.ts";
import { unboxed } from "./json.ts";

const escapes: any = { __proto__: null, "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\" };

function quoted(s: string): string {
  return `"${StringPrototypeReplace(s, /["\\\x00-\x1f\x7f]/g, (c: string) => escapes[c] ?? `\\u${StringPrototypePadStart(NumberPrototypeToString(StringPrototypeCharCodeAt(c, 0), 16), 4, "0")}`)}"`;
}

function keyOf(k: string): string {
  return RegExpPrototypeExec(/^[\w-]+$/, k) !== null ? k : quoted(k);
}

function isDate(v: any): boolean {
  return host.classOf(v) === "Date";
}

// isTable reports whether a value is written as a table.
function isTable(v: any): boolean {
  return v !== null && typeof v === "object" && !ArrayIsArray(v) && !isDate(v);
}

function isTables(v: any): boolean {
  if (!ArrayIsArray(v) || v.length === 0) return false;
  for (let i = 0; i < v.length; i++) if (!isTable(unboxed(v[i]))) return false;
  return true;
}

class Writer {
  lines: string[] = [];
  open: any[] = []; // the objects that the one in hand is in

  within<T>(o: object, f: () => T): T {
    for (let i = 0; i < this.open.length; i++) if (this.open[i] === o) throw new Error_("Converting circular structure to TOML");
    ArrayPrototypePush(this.open, o);
    const r = f();
    this.open.length--;
    return r;
  }

  // value is one on a line; undefined: it is left out.
  value(v: any, key: string | undefined): string | undefined {
    v = unboxed(v);
    switch (typeof v) {
      case "string": return quoted(v);
      case "boolean": return v ? "true" : "false";
      case "number": return ObjectIs(v, -0) ? "-0.0" : NumberIsNaN(v) ? "nan" : v === Infinity ? "inf" : v === -Infinity ? "-inf" : `${v}`;
      case "bigint": throw new Error_("TOML.stringify cannot serialize BigInt");
      case "undefined": case "function": case "symbol":
        if (key === undefined) throw new Error_("TOML cannot represent undefined in an array");
        return undefined;
    }
    if (v === null) throw new Error_(key === undefined ? "TOML cannot represent null in an array" : `TOML cannot represent null (key '${key}'); remove the key or use a sentinel value`);
    if (isDate(v)) {
      if (NumberIsNaN(DatePrototypeGetTime(v))) throw new Error_("TOML.stringify cannot serialize an invalid Date");
      return StringPrototypeReplace(DatePrototypeToISOString(v), ".000Z", "Z");
    }
    return this.within(v, () => {
      let out = "";
      if (ArrayIsArray(v)) {
        for (let i = 0; i < v.length; i++) out += (i === 0 ? "" : ", ") + this.value(v[i], undefined);
        return `[${out}]`;
      }
      const keys = ObjectKeys(v);
      for (let i = 0; i < keys.length; i++) {
        const s = this.value(v[keys[i]!], keys[i]!);
        if (s !== undefined) out += `${out === "" ? "" : ","} ${keyOf(keys[i]!)} = ${s}`;
      }
      return out === "" ? "{}" : `{${out} }`;
    });
  }

  // table writes what is in a table, the values before the tables. header is its line; shown even if it only has tables, if always.
  table(o: any, path: string, header: string, always: boolean): void {
    this.within(o, () => {
      const keys = ObjectKeys(o);
      const here: string[] = [], tables: [name: string, value: any][] = [];
      for (let i = 0; i < keys.length; i++) {
        const k = keys[i]!, v = unboxed(o[k]);
        if (isTable(v) || isTables(v)) {
          ArrayPrototypePush(tables, [path === "" ? keyOf(k) : `${path}.${keyOf(k)}`, v]);
          continue;
        }
        const s = this.value(v, k);
        if (s !== undefined) ArrayPrototypePush(here, `${keyOf(k)} = ${s}\n`);
      }
      if (header !== "" && (always || here.length > 0 || tables.length === 0)) {
        if (this.lines.length > 0) ArrayPrototypePush(this.lines, "\n");
        ArrayPrototypePush(this.lines, header);
      }
      for (let i = 0; i < here.length; i++) ArrayPrototypePush(this.lines, here[i]!);
      for (let i = 0; i < tables.length; i++) {
        const name = tables[i]![0], v = tables[i]![1];
        if (!ArrayIsArray(v)) this.table(v, name, `[${name}]\n`, false);
        else this.within(v, () => {
          for (let j = 0; j < v.length; j++) this.table(v[j], name, `[[${name}]]\n`, true);
        });
      }
    });
  }
}

// stringifyTOML is a document of an object's members; undefined of what has none.
export function stringifyTOML(v: any): string | undefined {
  v = unboxed(v);
  if (v === undefined || typeof v === "function" || typeof v === "symbol") return undefined;
  if (!isTable(v)) throw new Error_("TOML.stringify expects an object at the top level (a TOML document is a table)");
  const w = new Writer();
  w.table(v, "", "", false);
  let out = "";
  for (let i = 0; i < w.lines.length; i++) out += w.lines[i];
  return out;
}
