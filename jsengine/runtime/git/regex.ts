import { fail } from "./failure.ts";

const CLASSES: Record<string, string> = { space: "\\s", digit: "\\d", alpha: "a-zA-Z", alnum: "a-zA-Z0-9", upper: "A-Z", lower: "a-z", punct: "!-\\/:-@\\[-`{-~", xdigit: "0-9a-fA-F", blank: " \\t", word: "\\w", cntrl: "\\x00-\\x1f\\x7f", print: " -~", graph: "!-~" };

export type Kind = "basic" | "extended" | "perl" | "fixed";

/** pattern writes a pattern of one of grep's kinds as a regular expression. */
export function pattern(text: string, kind: Kind): string {
  if (kind === "perl") return text;
  if (kind === "fixed") return text.replace(/[^\w\s]/g, "\\$&");
  let out = "";
  let start = true; // where a star is only a star
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    const begins = start;
    start = false;
    if (c === "[") {
      const first = i + 1 + (text[i + 1] === "^" ? 1 : 0);
      let end = first + (text[first] === "]" ? 1 : 0);
      while (end < text.length && text[end] !== "]") end = text[end] === "[" && text[end + 1] === ":" ? text.indexOf(":]", end) + 2 || text.length : end + 1;
      const inside = text.slice(first, end).replace(/\[:(\w+):\]|[\\[\]]/g, (all, name: string | undefined) => (name ? (CLASSES[name] ?? "") : `\\${all}`));
      out += `[${text.slice(i + 1, first)}${inside}]`;
      i = end;
    } else if (c === "\\" && i + 1 < text.length) {
      const next = text[++i]!;
      if (kind === "basic" && "(){}|+?".includes(next)) {
        out += next;
        start = next === "(" || next === "|";
      } else out += next === "<" ? "\\b(?=\\w)" : next === ">" ? "\\b(?<=\\w)" : `\\${next}`;
    } else if (kind === "basic" && ("(){}|+?".includes(c) || (c === "*" && begins))) out += `\\${c}`;
    else {
      out += c;
      start = c === "^" || (kind === "extended" && (c === "(" || c === "|"));
    }
  }
  return out;
}

/** compile makes a regular expression of what pattern gave. */
export function compile(source: string, flags: string, said: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (e) {
    return fail(`command line, '${said}': ${(e as Error).message.replace(/^.*: /, "")}`);
  }
}
