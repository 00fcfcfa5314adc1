// Titles of tests that run once for each row of a table.

import { ArrayIsArray, Error_, ArrayPrototypePush, JSONStringify, ParseFloat, RegExpPrototypeExec, StringPrototypeSlice, StringPrototypeSplit, String_ } from "../primordials.ts";
import { inspect } from "../inspect.ts";

// titleOf fills in a title: %s and its like by the row's values in order, $name by what the row has under it.
export function titleOf(title: string, row: unknown, index: number): string {
  const args: any[] = ArrayIsArray(row) ? row : [row];
  let out = "", at = 0;
  for (let i = 0; i < title.length; i++) {
    const c = title[i]!;
    const next = title[i + 1];
    if (c === "%" && next !== undefined) {
      const text = conversion(next, args, at, index);
      if (text !== undefined) {
        out += text;
        if (next !== "%" && next !== "#") at++;
        i++;
        continue;
      }
    }
    if (c === "$" && !ArrayIsArray(row) && row !== null && typeof row === "object") {
      const m = RegExpPrototypeExec(/^\$([A-Za-z_$][\w$.]*)/, StringPrototypeSlice(title, i));
      if (m !== null) {
        const path = StringPrototypeSplit(m[1], ".") as string[];
        let v: any = row;
        for (let j = 0; j < path.length && v !== undefined && v !== null; j++) v = v[path[j]!];
        if (v !== undefined) {
          out += typeof v === "string" ? v : inspect(v);
          i += m[0].length - 1;
          continue;
        }
      }
    }
    out += c;
  }
  return out;
}

function conversion(c: string, args: any[], at: number, index: number): string | undefined {
  if (c === "%") return "%";
  if (c === "#") return `${index}`;
  if (at >= args.length) return undefined;
  const v = args[at];
  switch (c) {
    case "s":
      return typeof v === "object" && v !== null ? inspect(v) : String_(v);
    case "d":
    case "f":
      return `${typeof v === "object" ? NaN : c === "f" ? ParseFloat(String_(v)) : Number(v)}`;
    case "i":
      return `${Math.trunc(ParseFloat(String_(v)))}`;
    case "j":
      return `${JSONStringify(v)}`;
    case "o":
    case "O":
    case "p":
      return inspect(v, { quote: true });
  }
  return undefined;
}

// rowsOf are a table's rows as the arguments they stand for.
export function rowsOf(table: any): any[][] {
  if (!ArrayIsArray(table)) throw new Error_(`Expected array, got ${inspect(table)}`);
  const out: any[][] = [];
  for (let i = 0; i < table.length; i++) ArrayPrototypePush(out, ArrayIsArray(table[i]) ? table[i] : [table[i]]);
  return out;
}
