import { fail } from "./failure.ts";
import { type Change, compare, split } from "./lines.ts";
import { FOLDER, MODULE, ZERO } from "./objects.ts";
import { quote } from "./quote.ts";
import type { Repo } from "./repo.ts";
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
  space: "" | "all" | "change" | "end" | "cr";
  blank: boolean;
  prefix: [string, string];
  reverse: boolean;
  binary: boolean;
  text: boolean;
  fullIndex: boolean;
  filter: string;
  relative: boolean;
  color: boolean;
  words: boolean;
}

export const plain: DiffOptions = {
  context: 3,
  renames: 50,
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
  words: false,
};

type Files = Map<string, { mode: number; oid: string }>;

/** pairs compares two lists of files. */
export function pairs(old: Map<string, Side>, now: Map<string, Side>): Pair[] {
  const out: Pair[] = [];
  for (const path of [...new Set([...old.keys(), ...now.keys()])].sort(byPath)) {
    const a = old.get(path);
    const b = now.get(path);
    if (same(a, b)) continue;
    const typed = a && b && (a.mode & 0o170000) !== (b.mode & 0o170000);
    out.push({ old: a, now: b, status: !a ? "A" : !b ? "D" : typed ? "T" : "M" });
  }
  return out;
}

/** byPath orders as git does: by the bytes. */
export const byPath = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

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

/** indexFiles is what the index has that is no conflict. */
export function indexFiles(repo: Repo): Files {
  return new Map(repo.index.list().filter((e) => e.stage === 0).map((e) => [e.path, e]));
}

/** worktreeSides gives the files of the work tree that the index knows. */
export function worktreeSides(work: Worktree, wanted: (path: string) => boolean): Map<string, Side> {
  const { repo } = work;
  const out = new Map<string, Side>();
  for (const path of repo.index.paths()) {
    if (!wanted(path)) continue;
    const known = repo.index.get(path) ?? repo.index.get(path, 2);
    const what = work.state(path, known);
    if (!what) continue;
    const read = () => (what === known ? (known.mode === MODULE ? Promise.resolve(Buffer.from(`Subproject commit ${known.oid}\n`)) : repo.objects.blob(known.oid)) : Promise.resolve(content(work.file(path))));
    out.set(path, { path, mode: what.mode, oid: what.oid, loose: what !== known, read });
  }
  return out;
}

/** renamed finds of files that went and others that came those that are the same or nearly. */
export async function renamed(list: Pair[], least: number): Promise<Pair[]> {
  if (least <= 0) return list;
  const gone = list.filter((p) => p.status === "D" && p.old!.mode !== MODULE);
  const came = list.filter((p) => p.status === "A" && p.now!.mode !== MODULE);
  if (gone.length === 0 || came.length === 0) return list;
  const matched = new Map<Pair, { from: Pair; score: number }>();
  const used = new Set<Pair>();
  const base = (p: string) => p.slice(p.lastIndexOf("/") + 1);
  // The same content first, and of that what keeps its name.
  for (const sameName of [true, false]) {
    for (const b of came) {
      if (matched.has(b)) continue;
      const from = gone.find((a) => !used.has(a) && a.old!.oid === b.now!.oid && (!sameName || base(a.old!.path) === base(b.now!.path)));
      if (!from) continue;
      used.add(from);
      matched.set(b, { from, score: 100 });
    }
  }
  const restA = gone.filter((a) => !used.has(a));
  const restB = came.filter((b) => !matched.has(b));
  if (restA.length * restB.length > 0 && restA.length * restB.length <= 40_000) {
    const chunks = new Map<Pair, Map<string, number>>();
    const sizes = new Map<Pair, number>();
    for (const p of [...restA, ...restB]) {
      const data = await (p.old ?? p.now)!.read();
      sizes.set(p, data.length);
      chunks.set(p, pieces(data));
    }
    const found: { a: Pair; b: Pair; score: number }[] = [];
    for (const b of restB) {
      for (const a of restA) {
        const most = Math.max(sizes.get(a)!, sizes.get(b)!);
        if (most === 0 || (Math.min(sizes.get(a)!, sizes.get(b)!) * 100) / most < least) continue;
        let common = 0;
        const there = chunks.get(b)!;
        for (const [piece, bytes] of chunks.get(a)!) common += Math.min(bytes, there.get(piece) ?? 0);
        const score = Math.floor((common * 100) / most);
        if (score >= least) found.push({ a, b, score });
      }
    }
    found.sort((p, q) => q.score - p.score || Number(base(q.a.old!.path) === base(q.b.now!.path)) - Number(base(p.a.old!.path) === base(p.b.now!.path)));
    for (const { a, b, score } of found) {
      if (used.has(a) || matched.has(b)) continue;
      used.add(a);
      matched.set(b, { from: a, score });
    }
  }
  return list
    .filter((p) => !used.has(p))
    .map((p) => {
      const m = matched.get(p);
      return m ? { old: m.from.old, now: p.now, status: "R", score: m.score } : p;
    });
}

/** pieces counts the bytes of each line, or of 64 bytes of it. */
function pieces(data: Buffer): Map<string, number> {
  const out = new Map<string, number>();
  for (let at = 0; at < data.length; ) {
    const line = data.indexOf(10, at);
    const end = Math.min(line < 0 ? data.length : line + 1, at + 64);
    const piece = data.toString("latin1", at, end);
    out.set(piece, (out.get(piece) ?? 0) + end - at);
    at = end;
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
  const out: Patch = { pair, binary, sizes: [a.length, b.length], added: 0, removed: 0, old: [], now: [], changes: [] };
  if (binary || a.equals(b)) return out;
  out.old = split(a.toString());
  out.now = split(b.toString());
  out.changes = compare(out.old, out.now, cleaner(o.space));
  if (o.blank) out.changes = out.changes.filter((c) => [...out.old.slice(c.a, c.A), ...out.now.slice(c.b, c.B)].some((l) => l.trim() !== ""));
  for (const c of out.changes) {
    out.removed += c.A - c.a;
    out.added += c.B - c.b;
  }
  return out;
}

export interface Paint {
  head: string;
  hunk: string;
  old: string;
  now: string;
  off: string;
}

const colors: Paint = { head: "\x1b[1m", hunk: "\x1b[36m", old: "\x1b[31m", now: "\x1b[32m", off: "\x1b[m" };
const noColors: Paint = { head: "", hunk: "", old: "", now: "", off: "" };

/** show writes a patch as git does. */
export function show(repo: Repo, p: Patch, o: DiffOptions): string {
  const { pair } = p;
  const c = o.color ? colors : noColors;
  const name = (pair.old ?? pair.now)!.path;
  const then = (pair.now ?? pair.old)!.path;
  const [pre, post] = o.prefix;
  if (pair.status === "U") return `* Unmerged path ${name}\n`;
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
  if (changed && !p.binary && (p.sizes[0] > 0 || p.sizes[1] > 0) && pair.old && pair.now && p.changes.length === 0 && o.space !== "") return "";
  if (changed) {
    const mode = pair.old && pair.now && pair.old.mode === pair.now.mode ? ` ${octal(pair.now.mode)}` : "";
    head.push(`index ${oid(pair.old)}..${oid(pair.now)}${mode}`);
  }
  const from = pair.old ? quote(pre + name) : "/dev/null";
  const to = pair.now ? quote(post + then) : "/dev/null";
  if (p.binary && changed) head.push(`Binary files ${from} and ${to} differ`);
  else if (p.changes.length > 0) {
    const end = (n: string) => (/\s/.test(n) && !n.startsWith('"') ? "\t" : "");
    head.push(`--- ${from}${end(from)}`, `+++ ${to}${end(to)}`);
  }
  const top = head.map((l) => `${c.head}${l}${c.off}\n`).join("");
  return top + hunks(p, o, c);
}

function hunks(p: Patch, o: DiffOptions, c: Paint): string {
  const out: string[] = [];
  const line = (sign: string, text: string, paint: string) => {
    const ended = text.endsWith("\n");
    const body = ended ? text.slice(0, -1) : text;
    out.push(paint ? `${paint}${sign}${body}${c.off}\n` : `${sign}${body}\n`);
    if (!ended) out.push("\\ No newline at end of file\n");
  };
  for (let i = 0; i < p.changes.length; ) {
    let last = i;
    while (last + 1 < p.changes.length && p.changes[last + 1]!.a - p.changes[last]!.A <= 2 * o.context) last++;
    const first = p.changes[i]!;
    const end = p.changes[last]!;
    const a = Math.max(first.a - o.context, 0);
    const b = Math.max(first.b - o.context, 0);
    const A = Math.min(end.A + o.context, p.old.length);
    const B = Math.min(end.B + o.context, p.now.length);
    const range = (from: number, to: number) => `${to > from ? from + 1 : from}${to - from === 1 ? "" : `,${to - from}`}`;
    let title = "";
    for (let k = a - 1; k >= 0; k--) {
      if (!/^[A-Za-z_$]/.test(p.old[k]!)) continue;
      title = ` ${p.old[k]!.trimEnd().slice(0, 80).trimEnd()}`;
      break;
    }
    out.push(c.hunk ? `${c.hunk}@@ -${range(a, A)} +${range(b, B)} @@${c.off}${title}\n` : `@@ -${range(a, A)} +${range(b, B)} @@${title}\n`);
    let at = a;
    for (const change of p.changes.slice(i, last + 1)) {
      // Of what is the same but for spaces the new form is shown.
      for (let k = at; k < change.a; k++) line(" ", p.now[change.b - (change.a - k)]!, "");
      if (o.words) out.push(words(p.old.slice(change.a, change.A), p.now.slice(change.b, change.B)));
      else {
        for (let k = change.a; k < change.A; k++) line("-", p.old[k]!, c.old);
        for (let k = change.b; k < change.B; k++) line("+", p.now[k]!, c.now);
      }
      at = change.A;
    }
    for (let k = at; k < A; k++) line(" ", p.now[B - (A - k)]!, "");
    i = last + 1;
  }
  const text = out.join("");
  return o.words ? text.replace(/^ /gm, "") : text;
}

/** words shows what changed between lines word by word: [-old-]{+new+}. */
function words(old: string[], now: string[]): string {
  const cut = (lines: string[]) => lines.join("").split(/(\s+)/).filter((w) => w !== "");
  const x = cut(old);
  const y = cut(now);
  let out = "";
  let at = 0;
  const solid = (list: string[]) => list.join("").trim();
  for (const c of compare(x, y)) {
    out += y.slice(c.b - (c.a - at), c.b).join("");
    const went = solid(x.slice(c.a, c.A));
    const came = solid(y.slice(c.b, c.B));
    if (went) out += `[-${went}-]`;
    if (came) out += `{+${came}+}`;
    const space = /\s*$/.exec(y.slice(c.b, c.B).join(""))![0];
    out += space;
    at = c.A;
  }
  out += y.slice(y.length - (x.length - at)).join("");
  return out.endsWith("\n") ? out : `${out}\n`;
}

/** joined names a file that was renamed: dir/{old => new}/file. */
export function joined(from: string, to: string): string {
  if (from === to) return from;
  let head = 0;
  for (let i = 0; i < Math.min(from.length, to.length) && from[i] === to[i]; i++) if (from[i] === "/") head = i + 1;
  let tail = 0;
  for (let i = 1; i <= Math.min(from.length, to.length) - head + (head > 0 ? 1 : 0) && from.at(-i) === to.at(-i); i++) if (from.at(-i) === "/") tail = i;
  const a = from.slice(head, Math.max(from.length - tail, head));
  const b = to.slice(head, Math.max(to.length - tail, head));
  if (head === 0 && tail === 0) return `${from} => ${to}`;
  return `${from.slice(0, head)}{${a} => ${b}}${from.slice(from.length - tail)}`;
}

/** stat is the table of --stat, in width columns. */
export function stat(list: Patch[], width = 80, summaryOnly = false): string {
  if (list.length === 0) return "";
  const rows = list.map((p) => {
    const [from, to] = [(p.pair.old ?? p.pair.now)!.path, (p.pair.now ?? p.pair.old)!.path];
    return { p, name: from === to ? quote(to) : joined(from, to) };
  });
  const added = list.reduce((n, p) => n + p.added, 0);
  const removed = list.reduce((n, p) => n + p.removed, 0);
  let out = "";
  if (!summaryOnly) {
    const most = Math.max(...list.map((p) => (p.binary ? 0 : p.added + p.removed)));
    const digits = Math.max(String(most).length, list.some((p) => p.binary) ? 3 : 0);
    let names = Math.max(...rows.map((r) => [...r.name].length));
    // A name gets what the graph leaves, and the graph at least 3/8 of the width.
    let room = width - digits - 6;
    if (names > room - Math.min(most, Math.floor((width * 3) / 8) - digits - 6)) names = Math.min(names, room - Math.min(most, Math.floor((width * 3) / 8) - digits - 6));
    room = Math.max(room - names, 6);
    for (const { p, name } of rows) {
      let shown = name;
      if ([...shown].length > names) {
        shown = shown.slice(-(names - 3));
        const slash = shown.indexOf("/");
        shown = `...${slash >= 0 ? shown.slice(slash) : shown}`;
      }
      if (p.binary) {
        out += ` ${shown.padEnd(names)} | ${"Bin".padStart(digits)} ${p.pair.old || p.pair.now ? `${p.sizes[0]} -> ${p.sizes[1]} bytes` : ""}\n`;
        continue;
      }
      const total = p.added + p.removed;
      let [plus, minus] = [p.added, p.removed];
      if (most > room) {
        const scale = (n: number) => (n === 0 ? 0 : 1 + Math.floor((n * (room - 1)) / most));
        const whole = Math.max(scale(total), plus > 0 && minus > 0 ? 2 : 0);
        if (plus < minus) {
          plus = scale(plus);
          minus = whole - plus;
        } else {
          minus = scale(minus);
          plus = whole - minus;
        }
      }
      out += ` ${shown.padEnd(names)} | ${String(total).padStart(digits)}${total > 0 ? ` ${"+".repeat(plus)}${"-".repeat(minus)}` : ""}\n`;
    }
  }
  const plural = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;
  out += ` ${plural(list.length, "file")} changed`;
  if (added > 0 || removed === 0) out += `, ${plural(added, "insertion")}(+)`;
  if (removed > 0 || added === 0) out += `, ${plural(removed, "deletion")}(-)`;
  return `${out}\n`;
}

/** summary tells of files that came, went or have another mode. */
export function summary(list: Pair[]): string {
  let out = "";
  for (const p of list) {
    if (p.status === "A") out += ` create mode ${octal(p.now!.mode)} ${quote(p.now!.path)}\n`;
    else if (p.status === "D") out += ` delete mode ${octal(p.old!.mode)} ${quote(p.old!.path)}\n`;
    else if (p.status === "R") out += ` rename ${joined(p.old!.path, p.now!.path)} (${p.score}%)\n`;
    if (p.old && p.now && p.old.mode !== p.now.mode) out += ` mode change ${octal(p.old.mode)} => ${octal(p.now.mode)}${p.status === "R" ? "" : ` ${quote(p.now.path)}`}\n`;
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
}

export const silent: Output = { patch: false, stat: false, shortstat: false, numstat: false, summary: false, names: false, statuses: false, raw: false, end: "\n", width: 80 };

/** present writes changes in the forms that are asked for. */
export async function present(repo: Repo, found: Pair[], o: DiffOptions, how: Output): Promise<string> {
  let list = await renamed(found, o.renames);
  if (o.reverse) {
    const swapped: Record<string, string> = { A: "D", D: "A" };
    list = list.map((p) => ({ ...p, old: p.now, now: p.old, status: swapped[p.status] ?? p.status }));
  }
  if (o.filter) {
    const out = /[a-z]/.test(o.filter);
    list = list.filter((p) => o.filter.toUpperCase().includes(p.status) !== out);
  }
  const name = (path: string) => (how.end === "\0" ? path : quote(path));
  let out = "";
  if (how.raw) {
    const oid = (side?: Side) => (!side || side.loose ? ZERO.slice(0, o.fullIndex ? 40 : 7) : o.fullIndex ? side.oid : repo.short(side.oid));
    for (const p of list) {
      const [a, b] = [p.old, p.now];
      const names = p.status === "R" ? `${a!.path}\t${b!.path}` : name((b ?? a)!.path);
      out += `:${octal(a?.mode ?? 0)} ${octal(b?.mode ?? 0)} ${oid(a)} ${oid(b)} ${p.status}${p.score === undefined ? "" : String(p.score).padStart(3, "0")}\t${names}${how.end}`;
    }
  }
  if (how.statuses) {
    const sep = how.end === "\0" ? "\0" : "\t";
    for (const p of list) {
      out += p.status === "R" ? `R${String(p.score).padStart(3, "0")}${sep}${name(p.old!.path)}${sep}${name(p.now!.path)}${how.end}` : `${p.status}${sep}${name((p.now ?? p.old)!.path)}${how.end}`;
    }
  }
  if (how.names) for (const p of list) out += name((p.now ?? p.old)!.path) + how.end;
  if (!how.numstat && !how.stat && !how.shortstat && !how.summary && !how.patch) return out;
  const patches: Patch[] = [];
  if (how.numstat || how.stat || how.shortstat || how.patch) for (const p of list) patches.push(await patch(p, o));
  if (how.numstat) {
    for (const p of patches) {
      const [a, b] = [(p.pair.old ?? p.pair.now)!.path, (p.pair.now ?? p.pair.old)!.path];
      out += `${p.binary ? "-\t-" : `${p.added}\t${p.removed}`}\t${a === b ? name(b) : joined(a, b)}${how.end}`;
    }
  }
  const changed = patches.filter((p) => p.pair.status !== "U");
  if (how.stat) out += stat(changed, how.width);
  if (how.shortstat) out += stat(changed, how.width, true);
  if (how.summary) out += summary(list);
  if (how.patch) {
    if (out !== "" && patches.length > 0) out += "\n";
    for (const p of patches) out += show(repo, p, o);
  }
  return out;
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
      if (value) how.width = number(value.split(",")[0]!);
      return true;
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
      how.stat = how.summary = true;
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
      o.words = how.patch = true;
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
    case "--relative":
    case "--no-relative":
    case "--default-prefix":
      return true;
  }
  const short = /^-(U|M|C)(\d+)%?$/.exec(a);
  if (short?.[1] === "U") {
    o.context = Number(short[2]);
    how.patch = true;
    return true;
  }
  if (short) {
    o.renames = Number(short[2]);
    return true;
  }
  return false;
}
