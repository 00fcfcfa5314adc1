// The report of `bun test --reporter=junit`.

import { ArrayPrototypeJoin, NumberPrototypeToFixed, StringPrototypeReplace, StringPrototypeReplaceAll } from "../primordials.ts";

// Case is a test that was run or skipped.
export interface Case {
  name: string;
  groups: string[]; // the innermost first
  line: number; // 0: not known
  ms: number;
  assertions: number;
  failure?: { type: string; message: string; text: string };
  skipped?: "skip" | "todo";
}

// Suite is a file, or a group in it.
export interface Suite {
  name: string;
  line: number; // 0: not known, or a file
  items: (Suite | Case)[];
}

interface Totals {
  tests: number;
  assertions: number;
  failures: number;
  skipped: number;
  ms: number;
}

const escapes: Record<string, string> = { __proto__: null as any, "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;" };

// escaped is a text for XML, without what XML cannot have.
function escaped(text: string): string {
  const legal = StringPrototypeReplaceAll(text, /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "");
  return StringPrototypeReplace(legal, /[&<>"'\n\r\t]/g, (c: string) => escapes[c]!);
}

function add(to: Totals, x: Suite | Case): void {
  if ("items" in x) {
    for (let i = 0; i < x.items.length; i++) add(to, x.items[i]!);
    return;
  }
  to.tests++;
  to.assertions += x.assertions;
  if (x.failure !== undefined) to.failures++;
  if (x.skipped !== undefined) to.skipped++;
  to.ms += x.ms;
}

// counts are the attributes of a suite, or of all.
function counts(items: (Suite | Case)[]): string {
  const t: Totals = { tests: 0, assertions: 0, failures: 0, skipped: 0, ms: 0 };
  for (let i = 0; i < items.length; i++) add(t, items[i]!);
  return `tests="${t.tests}" assertions="${t.assertions}" failures="${t.failures}" skipped="${t.skipped}" time="${seconds(t.ms)}"`;
}

// seconds are written without zeros at the end.
function seconds(ms: number): string {
  return `${+NumberPrototypeToFixed(ms / 1000, 6)}`;
}

// junit is the report of files' suites, as XML.
export function junit(files: Suite[], hostname: string): string {
  const out: string[] = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="bun test" ${counts(files)}>`];
  let lines = 2;
  const say = (indent: string, text: string): void => {
    out[lines++] = indent + text;
  };
  const show = (x: Suite | Case, file: string, indent: string): void => {
    const line = x.line > 0 ? ` line="${x.line}"` : "";
    if ("items" in x) {
      say(indent, `<testsuite name="${escaped(x.name)}" file="${escaped(file)}"${line} ${counts(x.items)} hostname="${escaped(hostname)}">`);
      for (let i = 0; i < x.items.length; i++) show(x.items[i]!, file, `${indent}  `);
      return say(indent, "</testsuite>");
    }
    const head = `<testcase name="${escaped(x.name)}" classname="${escaped(ArrayPrototypeJoin(x.groups, " > "))}" time="${seconds(x.ms)}" file="${escaped(file)}"${line} assertions="${x.assertions}"`;
    if (x.failure === undefined && x.skipped === undefined) return say(indent, `${head} />`);
    say(indent, `${head}>`);
    if (x.skipped !== undefined) say(indent, x.skipped === "todo" ? '  <skipped message="TODO" />' : "  <skipped />");
    if (x.failure !== undefined) {
      const { type, message, text } = x.failure;
      say(indent, `  <failure type="${escaped(type)}" message="${escaped(message)}"${text === "" ? " />" : `>${escaped(text)}</failure>`}`);
    }
    say(indent, "</testcase>");
  };
  for (let i = 0; i < files.length; i++) show(files[i]!, files[i]!.name, "  ");
  say("", "</testsuites>\n");
  return ArrayPrototypeJoin(out, "\n");
}
