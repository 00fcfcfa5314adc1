import { deflateSync } from "node:zlib";
import { Failure, fail } from "./failure.ts";
import { byBytes } from "./index_file.ts";
import { type Change, compare, split } from "./lines.ts";
import { EXECUTABLE, FOLDER, LINK, MODULE, ZERO } from "./objects.ts";
import { quote } from "./quote.ts";
import { compile, pattern } from "./regex.ts";
import { type Repo, given } from "./repo.ts";
import { decode } from "./text.ts";
import { type Worktree, content, same } from "./worktree.ts";

/** Side is a file before or after a change. */
export interface Side {
  path: string;
  mode: number;
  /** Its object's name; of a file that is in no object the one that it would have. */
  oid: string;
  /** Its content is in no object yet, as far as the index knows. */
  loose?: boolean;
  read(): Promise<Buffer>;
}

/** Pair is one file's change. */
export interface Pair {
  old?: Side;
  now?: Side;
  /** A, D, M, R (renamed), C (copied), T (of another type), U (not merged). */
  status: string;
  /** Of R and C: how alike both are, in percent. */
  score?: number;
}

/** DiffOptions is how changes are looked for and shown. */
export interface DiffOptions {
  context: number;
  /** Percent from which on a file is taken for renamed; 0: none is. */
  renames: number;
  /** What was copied is looked for as well. */
  copies: boolean;
  space: "" | "all" | "change" | "end" | "cr";
  blank: boolean;
  prefix: [string, string];
  reverse: boolean;
  binary: boolean;
  text: boolean;
  fullIndex: boolean;
  filter: string;
  /** The names are those from the working folder, or from one that is named. */
  relative: boolean | string;
  color: boolean;
  /** How words that changed are shown; "": whole lines are. */
  words: "" | "plain" | "color" | "porcelain";
  /** How many lines may be between two hunks that are shown as one, beside those around them. */
  between: number;
  /** Changes of lines that all are so do not count. */
  idle?: (line: string) => boolean;
  /** Only files count of which it says that what is looked for changed. */
  pickaxe?: (old: string, now: string) => boolean;
}

export const plain: DiffOptions = {
  context: 3,
  renames: 50,
  copies: false,
  space: "",
  blank: false,
  prefix: ["a/", "b/"],
  reverse: false,
  binary: false,
  text: false,
  fullIndex: false,
  filter: "",
  relative: false,
  color: false,
  words: "",
  between: 0,
};

type Files = Map<string, { mode: number; oid: string }>;

/** pairs compares two lists of files. */
export function pairs(old: Map<string, Side>, now: Map<string, Side>): Pair[] {
  const out: Pair[] = [];
  for (const path of [...new Set([...old.keys(), ...now.keys()])].sort(byBytes)) {
    const a = old.get(path);
    const b = now.get(path);
    if (same(a, b)) continue;
    const typed = a && b && (a.mode & 0o170000) !== (b.mode & 0o170000);
    out.push({ old: a, now: b, status: !a ? "A" : !b ? "D" : typed ? "T" : "M" });
  }
  return out;
}

/** sides gives a tree's or the index's files as they are compared. */
export function sides(repo: Repo, files: Files, wanted: (path: string) => boolean): Map<string, Side> {
  const out = new Map<string, Side>();
  for (const [path, { mode, oid }] of files) {
    if (!wanted(path)) continue;
    const read = () => (mode === MODULE ? Promise.resolve(Buffer.from(`Subproject commit ${oid}\n`)) : repo.objects.blob(oid));
    out.set(path, { path, mode, oid, read });
  }
  return out;
}

/** changedTrees compares two trees, and goes only into what differs. */
export async function changedTrees(repo: Repo, old: string | undefined, now: string | undefined, wanted: (path: string) => boolean = () => true): Promise<Pair[]> {
  const a: Files = new Map();
  const b: Files = new Map();
  const walk = async (x: string | undefined, y: string | undefined, prefix: string): Promise<void> => {
    if (x === y) return;
    const left = new Map((x ? await repo.objects.tree(x) : []).map((e) => [e.name, e]));
    const right = new Map((y ? await repo.objects.tree(y) : []).map((e) => [e.name, e]));
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      const l = left.get(name);
      const r = right.get(name);
      if (same(l, r)) continue;
      const folderL = l?.mode === FOLDER;
      const folderR = r?.mode === FOLDER;
      if (folderL || folderR) await walk(folderL ? l.oid : undefined, folderR ? r.oid : undefined, `${prefix}${name}/`);
      if (l && !folderL) a.set(prefix + name, l);
      if (r && !folderR) b.set(prefix + name, r);
    }
  };
  await walk(old, now, "");
  return pairs(sides(repo, a, wanted), sides(repo, b, wanted));
}

/** indexFiles is what the index has that is no conflict, and of which more is known than that it is to be added. */
export function indexFiles(repo: Repo): Files {
  return new Map(repo.index.list().filter((e) => e.stage === 0 && !e.later).map((e) => [e.path, e]));
}

/** worktreeSides gives the files of the work tree that the index knows. */
export function worktreeSides(work: Worktree, wanted: (path: string) => boolean): Map<string, Side> {
  const { repo } = work;
  const out = new Map<string, Side>();
  for (const path of repo.index.paths()) {
    if (!wanted(path)) continue;
    const known = repo.index.get(path) ?? repo.index.get(path, 2);
    const what = work.state(path, known?.later ? undefined : known);
    if (!what) continue;
    const read = () => (what === known ? (known.mode === MODULE ? Promise.resolve(Buffer.from(`Subproject commit ${known.oid}\n`)) : repo.objects.blob(known.oid)) : Promise.resolve(content(work.file(path))));
    out.set(path, { path, mode: what.mode, oid: what.oid, loose: what !== known, read });
  }
  return out;
}

/** renamed finds of files that came those that are, or nearly, what others were that went; or with copies that are still there. */
export async function renamed(list: Pair[], least: number, copies = false): Promise<Pair[]> {
  if (least <= 0) return list;
  const module = (side: Side) => side.mode === MODULE;
  const from = list.filter((p) => p.old && !module(p.old) && (p.status === "D" || (copies && p.status === "M")));
  const came = list.filter((p) => p.status === "A" && !module(p.now!));
  if (from.length === 0 || came.length === 0) return list;
  const matched = new Map<Pair, { from: Pair; score: number }>();
  // What is still there has a user: itself.
  const users = new Map<Pair, number>(from.map((p) => [p, p.status === "M" ? 1 : 0]));
  const match = (a: Pair, b: Pair, score: number) => {
    users.set(a, users.get(a)! + 1);
    matched.set(b, { from: a, score });
  };
  const base = (p: Pair) => (p.now && !p.old ? p.now : p.old!).path.replace(/^.*\//, "");
  // The same content first, and of that what is free, and what keeps its name.
  const having = new Map<string, Pair[]>();
  for (const a of from) {
    const others = having.get(a.old!.oid);
    if (others) others.push(a);
    else having.set(a.old!.oid, [a]);
  }
  for (const b of came) {
    let best: Pair | undefined;
    let most = -1;
    for (const a of having.get(b.now!.oid) ?? []) {
      if (users.get(a)! > 0 && !copies) continue;
      const score = (users.get(a)! > 0 ? 0 : 1) + (base(a) === base(b) ? 1 : 0);
      if (score > most) [best, most] = [a, score];
    }
    if (best) match(best, b, 100);
  }
  const restA = copies ? from : from.filter((a) => users.get(a) === 0);
  const restB = came.filter((b) => !matched.has(b));
  if (restA.length * restB.length > 0 && restA.length * restB.length <= 40_000) {
    const sizes = new Map<Pair, number>();
    const known = new Map<Pair, Map<number, number>>();
    const read = async (p: Pair) => {
      const data = await (p.status === "A" ? p.now! : p.old!).read();
      sizes.set(p, data.length);
      known.set(p, pieces(data));
    };
    for (const p of new Set([...restA, ...restB])) await read(p);
    const least60 = least * 600;
    const alike = (a: Pair, b: Pair): number => {
      const [x, y] = [sizes.get(a)!, sizes.get(b)!];
      const most = Math.max(x, y);
      if (x === 0 || most * (60_000 - least60) < (most - Math.min(x, y)) * 60_000) return 0;
      let common = 0;
      const there = known.get(b)!;
      for (const [piece, bytes] of known.get(a)!) common += Math.min(bytes, there.get(piece) ?? 0);
      return Math.floor((common * 60_000) / most);
    };
    const percent = (score: number) => Math.floor((score * 100) / 60_000);
    // A name that only one of each has goes along, if much of the content does.
    if (!copies) {
      const only = (pairs: Pair[], name: string) => pairs.filter((p) => base(p) === name).length === 1;
      for (const b of restB) {
        const a = restA.find((p) => base(p) === base(b));
        if (!a || !only(restA, base(b)) || !only(restB, base(b))) continue;
        const score = alike(a, b);
        if (score >= least60 + (60_000 - least60) / 2) match(a, b, percent(score));
      }
    }
    const found: { a: Pair; b: Pair; score: number; name: number }[] = [];
    for (const b of restB) {
      if (matched.has(b)) continue;
      const own: typeof found = [];
      for (const a of restA) {
        if (users.get(a)! > 0 && !copies) continue;
        const score = alike(a, b);
        if (score >= least60) own.push({ a, b, score, name: base(a) === base(b) ? 1 : 0 });
      }
      found.push(...own.sort((p, q) => q.score - p.score || q.name - p.name).slice(0, 4));
    }
    found.sort((p, q) => q.score - p.score || q.name - p.name);
    for (const free of copies ? [true, false] : [true]) {
      for (const { a, b, score } of found) if (!matched.has(b) && (!free || users.get(a) === 0)) match(a, b, percent(score));
    }
  }
  return list
    .filter((p) => p.status !== "D" || users.get(p) === undefined || users.get(p) === 0)
    .map((p) => {
      const m = matched.get(p);
      if (!m) return p;
      // The last that has it of one is what became of it.
      const left = users.get(m.from)! - 1;
      users.set(m.from, left);
      return { old: m.from.old, now: p.now, status: left > 0 ? "C" : "R", score: m.score };
    });
}

/** pieces counts the bytes of each line, or of 64 bytes of it, by git's number for it. */
function pieces(data: Buffer): Map<number, number> {
  const out = new Map<number, number>();
  const text = !isBinary(data);
  let x = 0;
  let y = 0;
  let n = 0;
  for (let i = 0; i < data.length; i++) {
    const c = data[i]!;
    if (text && c === 13 && data[i + 1] === 10) continue;
    const before = x;
    x = ((x << 7) ^ (y >>> 25)) + c;
    y = (y << 7) ^ (before >>> 25);
    if (++n < 64 && c !== 10) continue;
    const piece = ((x >>> 0) + (Math.imul(y, 0x61) >>> 0)) % 4294967296 % 107927;
    out.set(piece, (out.get(piece) ?? 0) + n);
    x = y = n = 0;
  }
  return out;
}

export const isBinary = (data: Buffer) => data.subarray(0, 8000).includes(0);

const octal = (mode: number) => mode.toString(8).padStart(6, "0");

/** Patch is what a pair's change looks like. */
export interface Patch {
  pair: Pair;
  binary: boolean;
  sizes: [number, number];
  added: number;
  removed: number;
  old: string[];
  now: string[];
  changes: Change[];
  /** The changes that are shown, those near each other together. */
  hunks: Change[][];
  /** There is no difference that counts. */
  same?: boolean;
  /** Of a binary file that is to be shown whole: what it was, and is. */
  data?: [Buffer, Buffer];
}

/** cleaner gives what makes lines equal whose spaces may differ. */
export function cleaner(space: DiffOptions["space"]): (line: string) => string {
  switch (space) {
    case "all":
      return (l) => l.replace(/\s+/g, "");
    case "change":
      return (l) => l.replace(/\s+$/, "").replace(/\s+/g, " ");
    case "end":
      return (l) => l.replace(/\s+$/, "");
    case "cr":
      return (l) => l.replace(/\r?\n?$/, "");
    case "":
      return (l) => l;
  }
}

/** patch compares the two sides of a pair. */
export async function patch(pair: Pair, o: DiffOptions): Promise<Patch> {
  const a = pair.old ? await pair.old.read() : Buffer.alloc(0);
  const b = pair.now ? await pair.now.read() : Buffer.alloc(0);
  const binary = !o.text && (isBinary(a) || isBinary(b));
  const out: Patch = { pair, binary, sizes: [a.length, b.length], added: 0, removed: 0, old: [], now: [], changes: [], hunks: [] };
  if (binary && o.binary) out.data = [a, b];
  if (binary || (a.equals(b) && pair.status !== "T")) return out;
  out.old = split(decode(a));
  out.now = split(decode(b));
  out.changes = compare(out.old, out.now, cleaner(o.space));
  const idle = o.idle ?? (() => false);
  const same = (lines: string[]) => lines.every((l) => (o.blank && l.trim() === "") || idle(l));
  out.hunks = together(out.changes, o.context, o.between, (c) => (o.blank || o.idle !== undefined) && same(out.old.slice(c.a, c.A)) && same(out.now.slice(c.b, c.B)));
  for (const c of out.hunks.flat()) {
    out.removed += c.A - c.a;
    out.added += c.B - c.b;
  }
  out.same = pair.status === "M" && pair.old!.mode === pair.now!.mode && out.hunks.length === 0;
  return out;
}

export interface Paint {
  head: string;
  hunk: string;
  old: string;
  now: string;
  space: string; // at a line's end, that came
  off: string;
}

const colors: Paint = { head: "\x1b[1m", hunk: "\x1b[36m", old: "\x1b[31m", now: "\x1b[32m", space: "\x1b[41m", off: "\x1b[m" };
const noColors: Paint = { head: "", hunk: "", old: "", now: "", space: "", off: "" };

/** show writes a patch as git does. */
export function show(repo: Repo, p: Patch, o: DiffOptions): string {
  const { pair } = p;
  const c = o.color ? colors : noColors;
  const name = (pair.old ?? pair.now)!.path;
  const then = (pair.now ?? pair.old)!.path;
  const [pre, post] = o.prefix;
  if (pair.status === "U") return `* Unmerged path ${quote(name)}\n`;
  if (pair.status === "T") {
    // What is of another type now went, and something else came.
    const half = (side: "old" | "now"): Patch => {
      const change = side === "old" ? { a: 0, A: p.old.length, b: 0, B: 0 } : { a: 0, A: 0, b: 0, B: p.now.length };
      const empty: string[] = [];
      return { ...p, pair: side === "old" ? { old: pair.old, status: "D" } : { now: pair.now, status: "A" }, old: side === "old" ? p.old : empty, now: side === "now" ? p.now : empty, changes: [change], hunks: change.A + change.B > 0 ? [[change]] : [], same: false };
    };
    return show(repo, half("old"), o) + show(repo, half("now"), o);
  }
  const head: string[] = [`diff --git ${quote(pre + name)} ${quote(post + then)}`];
  const oid = (side?: Side) => (side ? (o.fullIndex || (p.binary && o.binary) ? side.oid : repo.short(side.oid)) : (o.fullIndex || (p.binary && o.binary) ? ZERO : ZERO.slice(0, 7)));
  if (!pair.old) head.push(`new file mode ${octal(pair.now!.mode)}`);
  else if (!pair.now) head.push(`deleted file mode ${octal(pair.old.mode)}`);
  else if (pair.old.mode !== pair.now.mode) head.push(`old mode ${octal(pair.old.mode)}`, `new mode ${octal(pair.now.mode)}`);
  if (pair.status === "R" || pair.status === "C") {
    const verb = pair.status === "R" ? "rename" : "copy";
    head.push(`similarity index ${pair.score}%`, `${verb} from ${quote(name)}`, `${verb} to ${quote(then)}`);
  }
  const changed = pair.old?.oid !== pair.now?.oid;
  if (p.same) return "";
  if (changed) {
    const mode = pair.old && pair.now && pair.old.mode === pair.now.mode ? ` ${octal(pair.now.mode)}` : "";
    head.push(`index ${oid(pair.old)}..${oid(pair.now)}${mode}`);
  }
  const from = pair.old ? quote(pre + name) : "/dev/null";
  const to = pair.now ? quote(post + then) : "/dev/null";
  if (p.data && changed) return `${head.map((l) => `${c.head}${l}${c.off}\n`).join("")}GIT binary patch\n${literal(p.data[1])}${literal(p.data[0])}`;
  if (p.binary && changed) return `${head.map((l) => `${c.head}${l}${c.off}\n`).join("")}Binary files ${from} and ${to} differ\n`;
  if (p.hunks.length > 0) {
    const end = (n: string) => (/\s/.test(n) && !n.startsWith('"') ? "\t" : "");
    head.push(`--- ${from}${end(from)}`, `+++ ${to}${end(to)}`);
  }
  const top = head.map((l) => `${c.head}${l}${c.off}\n`).join("");
  return top + hunks(p, o, c);
}

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/** literal writes a binary file as a patch has it: compressed, and its bytes by four as five digits. */
function literal(data: Buffer): string {
  const packed = deflateSync(data);
  let out = `literal ${data.length}\n`;
  for (let at = 0; at < packed.length; at += 52) {
    const line = packed.subarray(at, at + 52);
    out += String.fromCharCode(line.length <= 26 ? 64 + line.length : 70 + line.length);
    for (let i = 0; i < line.length; i += 4) {
      let n = 0;
      for (let k = 0; k < 4; k++) n = n * 256 + (line[i + k] ?? 0);
      let digits = "";
      for (let k = 0; k < 5; k++) {
        digits = DIGITS[n % 85] + digits;
        n = Math.floor(n / 85);
      }
      out += digits;
    }
    out += "\n";
  }
  return `${out}\n`;
}

/** unpack reads what literal writes below its heading, and gives what it says, still compressed. */
export function unpack(lines: string[]): Buffer {
  const parts: Buffer[] = [];
  for (const line of lines) {
    const code = line.charCodeAt(0);
    const length = code <= 90 ? code - 64 : code - 70;
    if (!(length > 0 && length <= 52) || line.length - 1 !== Math.ceil(length / 4) * 5) throw new Failure("corrupt binary patch", 128, "error: ");
    const bytes = Buffer.alloc(Math.ceil(length / 4) * 4);
    for (let i = 1, at = 0; i < line.length; i += 5, at += 4) {
      let n = 0;
      for (let k = 0; k < 5; k++) {
        const digit = DIGITS.indexOf(line[i + k]!);
        if (digit < 0) throw new Failure("corrupt binary patch", 128, "error: ");
        n = n * 85 + digit;
      }
      if (n > 0xffffffff) throw new Failure("corrupt binary patch", 128, "error: ");
      bytes.writeUInt32BE(n, at);
    }
    parts.push(bytes.subarray(0, length));
  }
  return Buffer.concat(parts);
}

/** together brings changes that are near each other into one hunk each. Those of blank lines make none, if they do not count. */
function together(changes: Change[], context: number, between: number, idle: (c: Change) => boolean): Change[][] {
  const out: Change[][] = [];
  const gap = (i: number) => changes[i]!.a - changes[i - 1]!.A;
  for (let i = 0; i < changes.length; ) {
    // Where they are not near what counts they are left out.
    let first = i;
    for (let k = i; k < changes.length && idle(changes[k]!); k++) if (k + 1 === changes.length || gap(k + 1) >= context) first = k + 1;
    if (first === changes.length) break;
    let last = first;
    let skipped = 0;
    for (let k = first + 1; k < changes.length; k++) {
      const c = changes[k]!;
      if (gap(k) > 2 * context + between) break;
      const near = gap(k) < context;
      if (!near && last !== k - 1 && c.a + skipped - changes[last]!.A > 2 * context + between) break;
      if (idle(c) && !(near && last === k - 1)) skipped += c.B - c.b;
      else [last, skipped] = [k, 0];
    }
    out.push(changes.slice(first, last + 1));
    i = last + 1;
  }
  return out;
}

function hunks(p: Patch, o: DiffOptions, c: Paint): string {
  const out: string[] = [];
  const line = (sign: string, text: string, paint: string) => {
    const ended = text.endsWith("\n");
    const body = ended ? text.slice(0, -1) : text;
    if (o.words === "porcelain") out.push(`${body === "" ? "" : ` ${body}\n`}~\n`);
    else if (o.words) out.push(`${body}${o.words === "color" ? colors.off : ""}\n`);
    else if (c.now !== "" && sign === "+") {
      const [, solid, space] = /^(.*?)(\s*)$/s.exec(body)!;
      out.push(`${paint}+${c.off}${solid ? `${paint}${solid}${c.off}` : ""}${space ? `${c.space}${space}${c.off}` : ""}\n`);
    } else out.push(`${paint}${sign}${body}${c.off}\n`);
    if (!ended && !o.words) out.push(`\\ No newline at end of file${c.off}\n`);
  };
  let title = "";
  let looked = 0; // up to where a title was looked for
  for (const changes of p.hunks) {
    const first = changes[0]!;
    const end = changes.at(-1)!;
    const a = Math.max(first.a - o.context, 0);
    const b = Math.max(first.b - o.context, 0);
    const A = Math.min(end.A + o.context, p.old.length);
    const B = Math.min(end.B + o.context, p.now.length);
    const range = (from: number, to: number) => `${to > from ? from + 1 : from}${to - from === 1 ? "" : `,${to - from}`}`;
    for (let k = a - 1; k >= looked; k--) {
      if (!/^[A-Za-z_$]/.test(p.old[k]!)) continue;
      title = ` ${p.old[k]!.slice(0, 80).trimEnd()}`;
      break;
    }
    looked = Math.max(a, looked);
    out.push(`${c.hunk}@@ -${range(a, A)} +${range(b, B)} @@${c.off}${title}\n`);
    let at = b;
    for (const change of changes) {
      // Of what is the same but for spaces the new form is shown.
      for (; at < change.b; at++) line(" ", p.now[at]!, "");
      if (o.words) out.push(words(p.old.slice(change.a, change.A), p.now.slice(change.b, change.B), o.words));
      else {
        for (let k = change.a; k < change.A; k++) line("-", p.old[k]!, c.old);
        for (let k = change.b; k < change.B; k++) line("+", p.now[k]!, c.now);
      }
      at = change.B;
    }
    for (; at < B; at++) line(" ", p.now[at]!, "");
  }
  return out.join("");
}

/** words shows what changed between lines word by word: [-old-]{+new+}, in colors, or each in a line with a sign. */
function words(old: string[], now: string[], how: "plain" | "color" | "porcelain"): string {
  const text = (lines: string[]) => lines.map((l) => (l.endsWith("\n") ? l : `${l}\n`)).join("");
  const [before, after] = [text(old), text(now)];
  const marks = { plain: ["[-", "-]", "{+", "+}"], color: [colors.old, colors.off, colors.now, colors.off], porcelain: [] }[how];
  const put = (sign: "" | "-" | "+", text: string): string => {
    if (how === "porcelain") return text.replace(/([^\n]+)|\n/g, (l) => (l === "\n" ? "~\n" : `${sign || " "}${l}\n`));
    const [left = "", right = ""] = sign === "-" ? marks : sign === "+" ? marks.slice(2) : [];
    return text.replace(/[^\n]+/g, (l) => left + l + right);
  };
  if (after === "") return put("-", before);
  const [x, y] = [before, after].map((t) => [...t.matchAll(/\S+/g)].map((m) => ({ word: m[0], start: m.index, end: m.index + m[0].length })));
  let out = "";
  let at = 0;
  for (const c of compare(x!.map((w) => w.word), y!.map((w) => w.word), undefined, false)) {
    const [from, to] = c.b < c.B ? [y![c.b]!.start, y![c.B - 1]!.end] : [y![c.b - 1]?.end ?? 0, y![c.b - 1]?.end ?? 0];
    out += put("", after.slice(at, from));
    if (c.a < c.A) out += put("-", before.slice(x![c.a]!.start, x![c.A - 1]!.end));
    out += put("+", after.slice(from, to));
    at = to;
  }
  return out + put("", after.slice(at));
}

/** joined names a file that was renamed: dir/{old => new}/file. */
export function joined(from: string, to: string): string {
  if (from === to) return quote(from);
  const [f, t] = [quote(from), quote(to)];
  if (f !== from || t !== to) return `${f} => ${t}`;
  let head = 0;
  for (let i = 0; i < Math.min(from.length, to.length) && from[i] === to[i]; i++) if (from[i] === "/") head = i + 1;
  let tail = 0;
  for (let i = 1; i <= Math.min(from.length, to.length) - head + (head > 0 ? 1 : 0) && from.at(-i) === to.at(-i); i++) if (from.at(-i) === "/") tail = i;
  const a = from.slice(head, Math.max(from.length - tail, head));
  const b = to.slice(head, Math.max(to.length - tail, head));
  if (head === 0 && tail === 0) return `${from} => ${to}`;
  return `${from.slice(0, head)}{${a} => ${b}}${from.slice(from.length - tail)}`;
}

/** Counts is what is counted of a patch. */
type Counts = Pick<Patch, "pair" | "binary" | "sizes" | "added" | "removed">;

/** counted says what a list of changes sums up to. */
function counted(list: Counts[]): string {
  if (list.length === 0) return "";
  const added = list.reduce((n, p) => n + p.added, 0);
  const removed = list.reduce((n, p) => n + p.removed, 0);
  const plural = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;
  let out = ` ${plural(list.filter((p) => p.pair.status !== "U").length, "file")} changed`;
  if (added > 0 || removed === 0) out += `, ${plural(added, "insertion")}(+)`;
  if (removed > 0 || added === 0) out += `, ${plural(removed, "deletion")}(-)`;
  return `${out}\n`;
}

/** stat is the table of --stat in a width, or only what it sums up to. */
export const stat = (list: Counts[], width = 80, summaryOnly = false) => (summaryOnly ? counted(list) : table(list, { ...silent, width }));

/** table is the table of --stat. */
function table(list: Counts[], how: Output, c = noColors): string {
  if (list.length === 0) return "";
  const rows = list.map((p) => {
    const [from, to] = [(p.pair.old ?? p.pair.now)!.path, (p.pair.now ?? p.pair.old)!.path];
    const name = joined(from, to);
    return { p, name: how.compact ? `${name}${became(p.pair)}` : name };
  });
  const shownRows = rows.slice(0, how.count);
  const most = Math.max(0, ...shownRows.map(({ p }) => (p.binary ? 0 : p.added + p.removed)));
  const binaries = shownRows.filter(({ p }) => p.binary);
  const bytes = Math.max(0, ...binaries.map(({ p }) => `Bin ${p.sizes[0]} -> ${p.sizes[1]} bytes`.length));
  const digits = Math.max(String(most).length, binaries.length > 0 ? 3 : 0);
  // The graph gets at least 3/8 of the width, and the names what it leaves.
  const width = Math.max(how.width, 22 + digits);
  const room = width - digits - 6;
  let graph = Math.min(Math.max(most, bytes - 4), how.graphWidth || Number.POSITIVE_INFINITY);
  let names = Math.max(0, ...shownRows.map((r) => columns(r.name)));
  if (how.nameWidth > 0) names = Math.min(names, how.nameWidth);
  if (names + graph > room) {
    graph = Math.min(graph, Math.max(Math.floor((width * 3) / 8) - digits - 6, 6));
    if (names > room - graph) names = room - graph;
    else graph = room - names;
    if (how.graphWidth > 0) graph = Math.min(graph, how.graphWidth);
  }
  const scale = (n: number) => (n === 0 ? 0 : 1 + Math.floor((n * (graph - 1)) / most));
  let out = "";
  for (const { p, name } of shownRows) {
    let shown = name;
    if (columns(shown) > names) {
      shown = [...shown].slice(columns(shown) - names + 3).join("");
      const slash = shown.indexOf("/");
      shown = `...${slash >= 0 ? shown.slice(slash) : shown}`;
    }
    out += ` ${shown}${" ".repeat(Math.max(names - columns(shown), 0))} | `;
    if (p.pair.status === "U") out += "Unmerged"; // git ends no line here
    else if (p.binary) out += `${"Bin".padStart(digits)}${p.sizes[0] + p.sizes[1] > 0 ? ` ${p.sizes[0]} -> ${p.sizes[1]} bytes` : ""}\n`;
    else {
      const total = p.added + p.removed;
      let [plus, minus] = [p.added, p.removed];
      if (most >= graph) {
        const whole = Math.max(scale(total), plus > 0 && minus > 0 ? 2 : 0);
        if (plus < minus) {
          plus = scale(plus);
          minus = whole - plus;
        } else {
          minus = scale(minus);
          plus = whole - minus;
        }
      }
      out += `${String(total).padStart(digits)}${total > 0 ? " " : ""}${plus > 0 ? `${c.now}${"+".repeat(plus)}${c.off}` : ""}${minus > 0 ? `${c.old}${"-".repeat(minus)}${c.off}` : ""}\n`;
    }
  }
  if (shownRows.length < rows.length) out += " ...\n";
  return out + counted(list);
}

/** columns is how wide a text is where each character has one column, and those of East Asia two. */
const columns = (text: string) => [...text].reduce((n, c) => n + (/\p{Mn}/u.test(c) ? 0 : /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u.test(c) ? 2 : 1), 0);

/** became tells what happened to a file as a whole, for --compact-summary. */
function became({ old, now }: Pair): string {
  const kind = (side: Side) => (side.mode === LINK ? "l" : side.mode === EXECUTABLE ? "x" : "");
  if (!old) return ` (new${kind(now!) && ` +${kind(now!)}`})`;
  if (!now) return " (gone)";
  if (kind(old) === kind(now)) return "";
  return ` (mode ${kind(now) ? `+${kind(now)}` : `-${kind(old)}`})`;
}

/** summary tells of files that came, went or have another mode. */
export function summary(list: Pair[]): string {
  let out = "";
  for (const p of list) {
    if (p.status === "A") out += ` create mode ${octal(p.now!.mode)} ${quote(p.now!.path)}\n`;
    else if (p.status === "D") out += ` delete mode ${octal(p.old!.mode)} ${quote(p.old!.path)}\n`;
    else if (p.score !== undefined) out += ` ${p.status === "R" ? "rename" : "copy"} ${joined(p.old!.path, p.now!.path)} (${p.score}%)\n`;
    if (p.old && p.now && p.old.mode !== p.now.mode) out += ` mode change ${octal(p.old.mode)} => ${octal(p.now.mode)}${p.score !== undefined ? "" : ` ${quote(p.now.path)}`}\n`;
  }
  return out;
}

/** Output is in which forms changes are shown. */
export interface Output {
  patch: boolean;
  stat: boolean;
  shortstat: boolean;
  numstat: boolean;
  summary: boolean;
  names: boolean;
  statuses: boolean;
  raw: boolean;
  /** The end of a name: "\n", or "\0" of -z. */
  end: string;
  width: number;
  nameWidth: number;
  graphWidth: number;
  /** How many files --stat shows. */
  count: number;
  compact: boolean;
  /** --raw has the whole names of objects. */
  whole: boolean;
}

export const silent: Output = { patch: false, stat: false, shortstat: false, numstat: false, summary: false, names: false, statuses: false, raw: false, end: "\n", width: 80, nameWidth: 0, graphWidth: 0, count: Number.POSITIVE_INFINITY, compact: false, whole: false };

/** within gives what a change is to a folder, by names from there. */
function within(p: Pair, folder: string): Pair[] {
  const cut = (side?: Side) => (side?.path.startsWith(folder) ? { ...side, path: side.path.slice(folder.length) } : undefined);
  const [old, now] = [cut(p.old), cut(p.now)];
  return old || now ? [{ ...p, old, now, status: p.old && !old ? "A" : p.now && !now ? "D" : p.status }] : [];
}

/** present writes changes in the forms that are asked for. */
export async function present(repo: Repo, found: Pair[], o: DiffOptions, how: Output): Promise<string> {
  const below = o.relative && repo.top !== undefined ? repo.local(o.relative === true ? "." : o.relative) : "";
  let list = await renamed(below === "" ? found : found.flatMap((p) => within(p, `${below}/`)), o.renames, o.copies);
  if (o.reverse) {
    const swapped: Record<string, string> = { A: "D", D: "A" };
    list = list.map((p) => ({ ...p, old: p.now, now: p.old, status: swapped[p.status] ?? p.status }));
    o = { ...o, prefix: [o.prefix[1], o.prefix[0]] };
  }
  if (o.filter) {
    const out = /[a-z]/.test(o.filter);
    list = list.filter((p) => o.filter.toUpperCase().includes(p.status) !== out);
  }
  if (o.pickaxe) {
    const hits: Pair[] = [];
    for (const p of list) if (o.pickaxe(p.old ? decode(await p.old.read()) : "", p.now ? decode(await p.now.read()) : "")) hits.push(p);
    list = hits;
  }
  const sep = how.end === "\0" ? "\0" : "\t";
  const name = (path: string) => (how.end === "\0" ? path : quote(path));
  let out = "";
  if (how.raw) {
    const oid = (side?: Side) => (!side || side.loose ? ZERO.slice(0, how.whole ? 40 : 7) : how.whole ? side.oid : repo.short(side.oid));
    for (const p of list) {
      const [a, b] = [p.old, p.now];
      const names = p.score !== undefined ? `${name(a!.path)}${sep}${name(b!.path)}` : name((b ?? a)!.path);
      out += `:${octal(a?.mode ?? 0)} ${octal(b?.mode ?? 0)} ${oid(a)} ${oid(b)} ${p.status}${p.score === undefined ? "" : String(p.score).padStart(3, "0")}${sep}${names}${how.end}`;
    }
  }
  if (how.statuses) {
    for (const p of list) {
      out += p.score !== undefined ? `${p.status}${String(p.score).padStart(3, "0")}${sep}${name(p.old!.path)}${sep}${name(p.now!.path)}${how.end}` : `${p.status}${sep}${name((p.now ?? p.old)!.path)}${how.end}`;
    }
  }
  if (how.names) for (const p of list) out += name((p.now ?? p.old)!.path) + how.end;
  if (!how.numstat && !how.stat && !how.shortstat && !how.summary && !how.patch) return out;
  const patches: Patch[] = [];
  if (how.numstat || how.stat || how.shortstat || how.patch) for (const p of list) patches.push(await patch(p, o));
  if (how.numstat) {
    for (const p of patches) {
      if (p.same || p.pair.status === "U") continue;
      const [a, b] = [(p.pair.old ?? p.pair.now)!.path, (p.pair.now ?? p.pair.old)!.path];
      out += `${p.binary ? "-\t-" : `${p.added}\t${p.removed}`}\t${a === b ? name(b) : joined(a, b)}${how.end}`;
    }
  }
  // What differs in spaces alone, which do not count, is no change.
  const changed = patches.filter((p) => !p.same);
  if (how.stat) out += table(changed, how, o.color ? colors : noColors);
  if (how.shortstat) out += counted(changed);
  if (how.summary) out += summary(list);
  if (how.patch) {
    if (out !== "" && patches.length > 0) out += "\n";
    for (const p of patches) out += show(repo, p, o);
  }
  return out;
}

/** pickaxe gives what tells whether a text, or lines with a match, came or went between two contents. */
export function pickaxe(option: "-S" | "-G", text: string): (old: string, now: string) => boolean {
  if (option === "-S") {
    const hits = (s: string) => s.split(text).length;
    return (x, y) => hits(x) !== hits(y);
  }
  const re = compile(pattern(text, "extended"), "", text);
  return (x, y) => {
    const [old, now] = [split(x), split(y)];
    return compare(old, now).some((c) => old.slice(c.a, c.A).some((l) => re.test(l)) || now.slice(c.b, c.B).some((l) => re.test(l)));
  };
}

/** readOption takes an option of diffs; it says whether it is one. next gives the word behind it. */
export function readOption(a: string, o: DiffOptions, how: Output, next: () => string): boolean {
  const [name = "", value] = a.startsWith("--") ? [a.split("=", 1)[0], a.includes("=") ? a.slice(a.indexOf("=") + 1) : undefined] : [a];
  const number = (text: string) => (/^\d+$/.test(text) ? Number(text) : fail(`option '${name}' expects a numerical value`));
  switch (name) {
    case "-p":
    case "-u":
    case "--patch":
      how.patch = true;
      return true;
    case "-s":
    case "--no-patch":
      Object.assign(how, { ...silent, end: how.end });
      return true;
    case "--stat":
      how.stat = true;
      if (value) {
        const [width, names, count] = value.split(",").map(number);
        if (width) how.width = width;
        how.nameWidth = names ?? 0;
        how.count = count ?? how.count;
      }
      return true;
    case "--stat-width":
    case "--stat-name-width":
    case "--stat-graph-width":
    case "--stat-count": {
      const key = { "--stat-width": "width", "--stat-name-width": "nameWidth", "--stat-graph-width": "graphWidth", "--stat-count": "count" }[name] as "width";
      how[key] = number(value ?? next());
      how.stat = true;
      return true;
    }
    case "--shortstat":
    case "--numstat":
    case "--summary":
    case "--raw":
      how[name.slice(2) as "shortstat"] = true;
      return true;
    case "--patch-with-stat":
      how.patch = how.stat = true;
      return true;
    case "--compact-summary":
      how.stat = how.compact = true;
      return true;
    case "--name-only":
      how.names = true;
      return true;
    case "--name-status":
      how.statuses = true;
      return true;
    case "-z":
      how.end = "\0";
      return true;
    case "-w":
    case "--ignore-all-space":
      o.space = "all";
      return true;
    case "-b":
    case "--ignore-space-change":
      o.space = "change";
      return true;
    case "--ignore-space-at-eol":
      o.space = "end";
      return true;
    case "--ignore-cr-at-eol":
      o.space = "cr";
      return true;
    case "--ignore-blank-lines":
      o.blank = true;
      return true;
    case "-U":
    case "--unified":
      o.context = number(value ?? next());
      how.patch = true;
      return true;
    case "-M":
    case "--find-renames":
    case "-C":
    case "--find-copies":
      o.copies = name === "-C" || name === "--find-copies";
      o.renames = value ? number(value.replace("%", "")) : 50;
      return true;
    case "--no-renames":
      o.renames = 0;
      return true;
    case "-R":
      o.reverse = true;
      return true;
    case "-a":
    case "--text":
      o.text = true;
      return true;
    case "--binary":
      o.binary = how.patch = true;
      return true;
    case "--abbrev":
    case "--no-abbrev":
      how.whole = name === "--no-abbrev";
      if (value) given.push(["core.abbrev", String(number(value))]);
      return true;
    case "--full-index":
      o.fullIndex = true;
      return true;
    case "--no-prefix":
      o.prefix = ["", ""];
      return true;
    case "--src-prefix":
      o.prefix = [value ?? next(), o.prefix[1]];
      return true;
    case "--dst-prefix":
      o.prefix = [o.prefix[0], value ?? next()];
      return true;
    case "--diff-filter":
      o.filter = value ?? next();
      return true;
    case "--color":
      o.color = value === undefined || value === "always";
      return true;
    case "--word-diff":
    case "--color-words":
      if (name === "--color-words") o.words = "color";
      else if (value === "none") o.words = "";
      else if (value === undefined || value === "plain" || value === "color" || value === "porcelain") o.words = value ?? "plain";
      else throw new Failure(`bad --word-diff argument: ${value}`, 129, "error: ");
      if (o.words === "color") o.color = true;
      how.patch = true;
      return true;
    case "--inter-hunk-context":
      o.between = number(value ?? next());
      return true;
    case "-I":
    case "--ignore-matching-lines": {
      const text = value ?? next();
      const [re, before] = [compile(pattern(text, "extended"), "", text), o.idle];
      o.idle = (l) => re.test(l.replace(/\n$/, "")) || (before?.(l) ?? false);
      return true;
    }
    case "-S":
    case "-G":
      o.pickaxe = pickaxe(name, next());
      return true;
    case "--find-copies-harder":
      o.copies = true;
      return true;
    case "--no-color":
    case "--no-ext-diff":
    case "--ext-diff":
    case "--minimal":
    case "--patience":
    case "--histogram":
    case "--diff-algorithm":
    case "--indent-heuristic":
    case "--no-indent-heuristic":
    case "--no-textconv":
    case "--textconv":
    case "--submodule":
    case "--ignore-submodules":
    case "--default-prefix":
    case "--ita-invisible-in-index":
    case "--ita-visible-in-index":
    case "--color-moved":
    case "--no-color-moved":
    case "--color-moved-ws":
    case "--ws-error-highlight":
    case "--anchored":
      return true;
    case "--relative":
    case "--no-relative":
      o.relative = name === "--relative" && (value ?? true);
      return true;
  }
  if (/^-[SGI]./.test(a)) return readOption(a.slice(0, 2), o, how, () => a.slice(2));
  const short = /^-(U|M|C)(\d+)%?$/.exec(a);
  if (short?.[1] === "U") {
    o.context = Number(short[2]);
    how.patch = true;
    return true;
  }
  if (short) {
    o.copies = short[1] === "C";
    o.renames = Number(short[2]);
    return true;
  }
  return false;
}
