import { Failure } from "./failure.ts";

/** Options is what a command line says. */
export class Options {
  private readonly values = new Map<string, string[]>();
  /** The words that are no options, before "--". */
  words: string[] = [];
  /** The words behind "--", if it is there. */
  paths?: string[];

  has(name: string): boolean {
    return (this.values.get(name)?.at(-1) ?? "no") !== "no";
  }
  /** no says whether it was said to be off: --no-edit. */
  no(name: string): boolean {
    return this.values.get(name)?.at(-1) === "no";
  }
  get(name: string): string | undefined {
    const value = this.values.get(name)?.at(-1);
    return value === "no" ? undefined : value;
  }
  all(name: string): string[] {
    return (this.values.get(name) ?? []).filter((v) => v !== "no");
  }
  set(name: string, value: string) {
    this.values.set(name, [...(this.values.get(name) ?? []), value]);
  }
}

/**
 * parse reads a command's words. Each option is given by all its names: "-m
 * --message=" takes a value, "--abbrev?" may have one behind an equals sign, and
 * the last name without its dashes is what it is asked by. What other says it takes
 * is left to it.
 */
export function parse(args: string[], known: string, other: (word: string, next: () => string) => boolean = () => false): Options {
  const names = new Map<string, { name: string; kind: "" | "=" | "?" }>();
  for (const option of known.split(",")) {
    const all = option.trim().split(/\s+/).filter(Boolean);
    if (all.length === 0) continue;
    const kind = (/[=?]$/.exec(all.at(-1)!)?.[0] ?? "") as "" | "=" | "?";
    const clean = all.map((n) => n.replace(/[=?]$/, ""));
    for (const n of clean) names.set(n, { name: clean.at(-1)!.replace(/^-+/, ""), kind });
  }
  const out = new Options();
  const left = [...args];
  const next = (option: string) => {
    if (left.length === 0) throw new Failure(`${option.startsWith("--") ? "option" : "switch"} \`${option.replace(/^-+/, "")}' requires a value`, 129, "error: ");
    return left.shift()!;
  };
  while (left.length > 0) {
    const a = left.shift()!;
    if (a === "--") {
      out.paths = left.splice(0);
      break;
    }
    if (!a.startsWith("-") || a === "-") {
      out.words.push(a);
      continue;
    }
    const equals = a.indexOf("=");
    const [head, value] = a.startsWith("--") && equals > 0 ? [a.slice(0, equals), a.slice(equals + 1)] : [a, undefined];
    let found = names.get(head);
    // A long one may be cut short where that is clear.
    if (!found && head.startsWith("--") && !other(a, () => next(a))) {
      const meant = new Set([...names].filter(([n]) => n.startsWith(head)).map(([, v]) => v));
      if (meant.size === 1) [found] = meant;
      const off = head.startsWith("--no-") ? names.get(`--${head.slice(5)}`) : undefined;
      if (off && !found) {
        out.set(off.name, "no");
        continue;
      }
      if (!found) throw new Failure(`unknown option \`${head.slice(2)}'`, 129, "error: ");
    } else if (!found && head.startsWith("--")) continue;
    if (found) {
      out.set(found.name, found.kind === "=" ? (value ?? next(head)) : (value ?? ""));
      continue;
    }
    if (other(a, () => next(a))) continue;
    // Several short ones in a word.
    for (let i = 1; i < a.length; i++) {
      const short = names.get(`-${a[i]}`);
      const rest = a.slice(i + 1);
      if (!short) throw new Failure(`unknown switch \`${a[i]}'`, 129, "error: ");
      if (short.kind === "") out.set(short.name, "");
      else {
        out.set(short.name, short.kind === "?" ? rest : rest || next(`-${a[i]}`));
        break;
      }
    }
  }
  return out;
}
