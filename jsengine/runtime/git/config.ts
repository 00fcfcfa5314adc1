import fs from "node:fs";
import { Failure, fail, refuse } from "./failure.ts";

interface Entry {
  /** "section.sub.name": section and name in small letters. */
  key: string;
  value: string;
  /** The lines of the file that it takes: from, and up to but not with. */
  from: number;
  to: number;
}

/** Config is one file of settings. */
export class Config {
  entries: Entry[] = [];
  private lines: string[] = [];
  /** Of every heading: its line, and the name that it gives. */
  private headings: { line: number; name: string }[] = [];

  constructor(readonly file: string) {
    this.read();
  }

  private read() {
    let text = "";
    try {
      text = fs.readFileSync(this.file, "utf8");
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== "ENOENT") throw e;
    }
    this.parse(text);
  }

  /** What the lines are to be, while the file is locked. */
  private next?: { text?: string };

  /** change runs what changes the settings, which no other process does meanwhile. */
  private change<T>(run: () => T): T {
    if (this.next) return run();
    const lock = `${this.file}.lock`;
    fs.mkdirSync(this.file.slice(0, this.file.lastIndexOf("/")) || "/", { recursive: true });
    try {
      fs.closeSync(fs.openSync(lock, "wx"));
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== "EEXIST") throw e;
      throw new Failure(`could not lock config file ${this.file.endsWith("/.git/config") ? ".git/config" : this.file}: File exists`, 255, "error: ");
    }
    this.next = {};
    let held = true;
    try {
      this.read();
      const result = run();
      const { text } = this.next;
      if (text !== undefined) {
        fs.writeFileSync(lock, text);
        fs.renameSync(lock, this.file);
        held = false; // from here on the lock that is there is another's
      }
      return result;
    } finally {
      this.next = undefined;
      if (held) fs.rmSync(lock, { force: true });
    }
  }

  private parse(text: string) {
    this.lines = text.split("\n");
    if (this.lines.at(-1) === "") this.lines.pop();
    this.entries = [];
    this.headings = [];
    let section = "";
    for (let i = 0; i < this.lines.length; i++) {
      let line = this.lines[i]!.trim();
      const heading = /^\[\s*([\w.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
      if (heading) {
        section = heading[1]!.toLowerCase() + (heading[2] === undefined ? "" : `.${heading[2].replace(/\\(.)/g, "$1")}`);
        this.headings.push({ line: i, name: section });
        line = line.slice(heading[0].length).trim();
      }
      if (line === "" || line[0] === "#" || line[0] === ";") continue;
      const found = /^([A-Za-z][\w-]*)\s*(=)?\s*/.exec(line);
      if (!found || section === "") fail(`bad config line ${i + 1} in file ${this.file}`);
      const from = i;
      let value = found[2] ? "" : "true";
      let rest = found[2] ? line.slice(found[0].length) : "";
      let quoted = false;
      let solid = 0; // where the value ends without the spaces behind it
      for (let at = 0; at < rest.length || quoted; at++) {
        const c = rest[at];
        if (c === undefined) fail(`bad config line ${i + 1} in file ${this.file}`);
        if (c === "\\") {
          const next = rest[++at];
          if (next === undefined) {
            rest = this.lines[++i] ?? "";
            at = -1;
            continue;
          }
          value += { n: "\n", t: "\t", b: "\b" }[next] ?? next;
        } else if (c === '"') quoted = !quoted;
        else if (!quoted && (c === "#" || c === ";")) break;
        else {
          value += c;
          if (!quoted && /\s/.test(c)) continue;
        }
        solid = value.length;
      }
      if (found[2]) value = value.slice(0, solid);
      this.entries.push({ key: `${section}.${found[1]!.toLowerCase()}`, value, from, to: i + 1 });
    }
  }

  get(key: string): string | undefined {
    return this.entries.findLast((e) => e.key === normal(key))?.value;
  }

  all(key: string): string[] {
    return this.entries.filter((e) => e.key === normal(key)).map((e) => e.value);
  }

  private save() {
    const text = this.lines.map((l) => `${l}\n`).join("");
    this.next!.text = text;
    this.parse(text);
  }

  /** set gives a setting one value, or one more. */
  set(key: string, value: string, add = false) {
    key = normal(key);
    if (!/^[\w-]+\./.test(key)) refuse(`invalid key: ${key}`);
    if (key.includes("\n")) refuse(`invalid key (newline): ${key}`);
    this.change(() => this.put(key, value, add));
  }

  private put(key: string, value: string, add: boolean) {
    const name = key.slice(key.lastIndexOf(".") + 1);
    const shown = /[#;"\\\n\t]|^\s|\s$/.test(value) ? `"${value.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, "\\t")}"` : value;
    const line = `\t${name} = ${shown}`;
    const old = this.entries.findLast((e) => e.key === key);
    if (old && !add) {
      const heading = /^\s*\[[^\]]*\]/.exec(this.lines[old.from]!)?.[0];
      this.lines.splice(old.from, old.to - old.from, ...(heading ? [heading, line] : [line]));
      return this.save();
    }
    const section = key.slice(0, key.lastIndexOf("."));
    const at = this.headings.findLast((h) => h.name === section);
    if (!at) {
      const dot = section.indexOf(".");
      this.lines.push(dot < 0 ? `[${section}]` : `[${section.slice(0, dot)} "${section.slice(dot + 1).replace(/["\\]/g, "\\$&")}"]`, line);
      return this.save();
    }
    const next = this.headings.find((h) => h.line > at.line)?.line ?? this.lines.length;
    this.lines.splice(next, 0, line);
    this.save();
  }

  /** unset takes a setting away, and says whether there was one. */
  unset(key: string): boolean {
    return this.change(() => this.take(key));
  }

  private take(key: string): boolean {
    const gone = this.entries.filter((e) => e.key === normal(key));
    for (const e of gone.reverse()) this.lines.splice(e.from, e.to - e.from);
    // A heading with nothing below it says nothing.
    if (gone.length > 0) {
      this.save();
      const section = normal(key).slice(0, normal(key).lastIndexOf("."));
      if (!this.entries.some((e) => e.key.slice(0, e.key.lastIndexOf(".")) === section)) this.drop(section);
    }
    return gone.length > 0;
  }

  /** drop takes a section away with all that it says, and says whether there was one. */
  drop(section: string): boolean {
    return this.change(() => this.cut(section));
  }

  private cut(section: string): boolean {
    const gone = this.headings.filter((h) => h.name === section);
    for (const h of gone.reverse()) {
      const next = this.headings.find((o) => o.line > h.line)?.line ?? this.lines.length;
      this.lines.splice(h.line, next - h.line);
    }
    if (gone.length > 0) this.save();
    return gone.length > 0;
  }

  rename(from: string, to: string) {
    this.change(() => {
      const settings = this.entries.filter((e) => e.key.startsWith(`${from}.`));
      this.cut(from);
      for (const e of settings) this.set(`${to}${e.key.slice(from.length)}`, e.value, true);
    });
  }
}

/** truth reads a value as yes or no. */
export const truth = (value: string) => !/^(false|no|off|0|)$/i.test(value);

/** normal writes a key as Config has it: only the part between is as it was given. */
export function normal(key: string): string {
  const first = key.indexOf(".");
  const last = key.lastIndexOf(".");
  if (first < 0) fail(`key does not contain a section: ${key}`);
  return key.slice(0, first).toLowerCase() + key.slice(first, last) + key.slice(last).toLowerCase();
}
