// Snapshots: in files beside the test's, and in the test's own source.

import {
  ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSort, Error_, RegExpPrototypeExec, SafeMap, StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeIndexOf,
  StringPrototypeLastIndexOf, StringPrototypeReplaceAll, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith, StringPrototypeTrim, mapEntries,
} from "../primordials.ts";
import { builtin } from "../modules.ts";
import { callerPlace } from "./mock.ts";
import { state } from "./state.ts";

const header = "// Bun Snapshot v1, https://bun.sh/docs/test/snapshots\n";

interface Inline {
  file: string;
  line: number;
  column: number;
  text: string;
  properties: boolean;
  name: string;
}

const stored: Map<string, string> = new SafeMap(); // of the file that runs
const counts: Map<string, number> = new SafeMap();
const inlines: Inline[] = [];
let loaded = "";
let dirty = false;

export const snapshots = { passed: 0, added: 0, updated: 0, failed: 0 };

function place(file: string): string {
  const at = StringPrototypeLastIndexOf(file, "/");
  return `${StringPrototypeSlice(file, 0, at)}/__snapshots__/${StringPrototypeSlice(file, at + 1)}.snap`;
}

// template is the text of a template literal, from after its backtick: the text and where it ends.
function template(s: string, at: number): [text: string, end: number] {
  let out = "";
  for (let i = at; i < s.length; i++) {
    if (s[i] === "`") return [out, i + 1];
    if (s[i] === "\\") i++;
    out += s[i];
  }
  throw new Error_("Failed to parse snapshot file: it ends within a snapshot");
}

function escaped(s: string): string {
  return StringPrototypeReplaceAll(StringPrototypeReplaceAll(StringPrototypeReplaceAll(s, "\\", "\\\\"), "`", "\\`"), "${", "\\${");
}

function load(file: string): void {
  if (loaded === file) return;
  loaded = file;
  stored.clear();
  counts.clear();
  dirty = false;
  const fs = builtin("node:fs")!;
  if (!fs.existsSync(place(file))) return;
  const text: string = fs.readFileSync(place(file), "utf8");
  for (let at = StringPrototypeIndexOf(text, "exports[`"); at >= 0; at = StringPrototypeIndexOf(text, "exports[`", at)) {
    const key = template(text, at + 9);
    const open = StringPrototypeIndexOf(text, "`", key[1]);
    if (open < 0) break;
    const value = template(text, open + 1);
    stored.set(key[0], value[0]);
    at = value[1];
  }
}

function wrapped(s: string): string {
  return StringPrototypeIncludes(s, "\n") ? `\n${s}\n` : s;
}

function unwrapped(s: string): string {
  return StringPrototypeStartsWith(s, "\n") && StringPrototypeEndsWith(s, "\n") ? StringPrototypeSlice(s, 1, -1) : s;
}

// matchSnapshot compares with what is stored under the test's name, or stores it: undefined, or what it should have been.
export function matchSnapshot(got: string, hint: unknown): string | undefined {
  if (state.running === undefined) throw new Error_("Snapshot matchers cannot be used outside of a test");
  load(state.running.file);
  const name = `${state.running.name}${hint === undefined || hint === "" ? "" : `: ${hint as any}`}`;
  const n = (counts.get(name) ?? 0) + 1;
  counts.set(name, n);
  const key = `${name} ${n}`;
  const want = stored.get(key);
  if (want === wrapped(got)) {
    snapshots.passed++;
    return undefined;
  }
  if (want !== undefined && !state.update) {
    snapshots.failed++;
    return unwrapped(want);
  }
  if (want === undefined && state.ci && !state.update) {
    snapshots.failed++;
    throw new Error_(`Snapshot creation is disabled in CI environments unless --update-snapshots is used.\nTo override, set the environment variable CI=false.\n\nSnapshot name: "${key}"\nReceived: ${got}`);
  }
  if (want === undefined) snapshots.added++;
  else snapshots.updated++;
  stored.set(key, wrapped(got));
  dirty = true;
  return undefined;
}

// stripped is an inline snapshot without the indentation it was written with.
function stripped(s: string): string {
  const lines = StringPrototypeSplit(s, "\n") as string[];
  if (lines.length <= 2) return s;
  const indent = RegExpPrototypeExec(/^[ \t]*/, lines[1]!)![0] as string;
  if (StringPrototypeTrim(lines[0]!) !== "" || StringPrototypeTrim(lines[lines.length - 1]!) !== "") return s;
  for (let i = 1; i < lines.length - 1; i++) {
    if (lines[i] === "") continue;
    if (!StringPrototypeStartsWith(lines[i], indent)) return s;
    lines[i] = StringPrototypeSlice(lines[i], indent.length);
  }
  lines[lines.length - 1] = "";
  return ArrayPrototypeJoin(lines, "\n");
}

// matchInline compares with what stands in the source, or notes that it must be written there.
export function matchInline(got: string, inline: unknown, properties: boolean, name: string): string | undefined {
  if (typeof inline === "string") {
    const want = stripped(inline);
    if (want === wrapped(got)) {
      snapshots.passed++;
      return undefined;
    }
    if (!state.update) {
      snapshots.failed++;
      return want;
    }
  } else if (state.ci && !state.update) {
    snapshots.failed++;
    throw new Error_("Inline snapshot creation is disabled in CI environments unless --update-snapshots is used.");
  }
  const at = callerPlace();
  if (at === undefined || at[0] !== state.file) throw new Error_(`${name} must be called from the test file that the snapshot is written to`);
  ArrayPrototypePush(inlines, { file: at[0], line: at[1], column: at[2], text: got, properties, name });
  if (typeof inline === "string") snapshots.updated++;
  else snapshots.added++;
  return undefined;
}

// saveSnapshots writes what the tests of a file added.
export function saveSnapshots(file: string): void {
  const fs = builtin("node:fs")!;
  if (dirty && loaded === file) {
    let out = header;
    const entries = mapEntries(stored);
    for (let i = 0; i < entries.length; i++) out += `\nexports[\`${escaped(entries[i]![0])}\`] = \`${escaped(entries[i]![1])}\`;\n`;
    fs.mkdirSync(StringPrototypeSlice(place(file), 0, StringPrototypeLastIndexOf(place(file), "/")), { recursive: true });
    fs.writeFileSync(place(file), out);
  }
  loaded = "";
  dirty = false;
  if (inlines.length === 0) return;
  ArrayPrototypeSort(inlines, (a: Inline, b: Inline) => b.line - a.line || b.column - a.column);
  let text: string = fs.readFileSync(file, "utf8");
  let last = "";
  for (let i = 0; i < inlines.length; i++) {
    const key = `${inlines[i]!.line}:${inlines[i]!.column}`;
    if (key !== last) text = withInline(text, inlines[i]!);
    last = key;
  }
  inlines.length = 0;
  fs.writeFileSync(file, text);
}

function withInline(text: string, s: Inline): string {
  let start = 0;
  for (let n = 1; n < s.line; n++) {
    const end = StringPrototypeIndexOf(text, "\n", start);
    if (end < 0) return text;
    start = end + 1;
  }
  const call = StringPrototypeIndexOf(text, `${s.name}(`, start + s.column - 1);
  if (call < 0) return text;
  let at = call + s.name.length + 1;
  // What stands in the parentheses: it ends at the one that closes them, or is a template to replace.
  let depth = 0, from = at;
  for (; at < text.length; at++) {
    const c = text[at]!;
    if (c === "`") {
      const end = template(text, at + 1)[1];
      if (depth === 0) {
        from = at;
        at = end;
        break;
      }
      at = end - 1;
    } else if (c === '"' || c === "'") {
      for (at++; at < text.length && text[at] !== c; at++) if (text[at] === "\\") at++;
    } else if (c === "(" || c === "[" || c === "{") depth++;
    else if (c === ")" || c === "]" || c === "}") {
      if (depth === 0) break;
      depth--;
    }
    if (depth === 0 && s.properties) from = at + 1;
  }
  const indent = RegExpPrototypeExec(/^[ \t]*/, StringPrototypeSlice(text, start))![0] as string;
  let literal = escaped(s.text);
  if (StringPrototypeIncludes(literal, "\n")) {
    const lines = StringPrototypeSplit(literal, "\n") as string[];
    literal = "\n";
    for (let i = 0; i < lines.length; i++) literal += `${lines[i] === "" ? "" : `${indent}  ${lines[i]}`}\n`;
    literal += indent;
  }
  const separator = s.properties && text[from] !== "`" && RegExpPrototypeExec(/,\s*$/, StringPrototypeSlice(text, call, from)) === null ? ", " : "";
  return `${StringPrototypeSlice(text, 0, from)}${separator}\`${literal}\`${StringPrototypeSlice(text, at)}`;
}
