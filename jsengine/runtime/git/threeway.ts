import { isBinary, pairs, renamed, sides } from "./diff.ts";
import { checked } from "./index_file.ts";
import { merge as mergeLines, split } from "./lines.ts";
import { EXECUTABLE, FILE, MODULE } from "./objects.ts";
import type { Repo } from "./repo.ts";
import { decode, encode } from "./text.ts";
import { type What, Worktree, overwritten, same } from "./worktree.ts";

type Files = Map<string, { mode: number; oid: string }>;

/** Labels name the sides of a merge. */
export interface Labels {
  ours: string;
  base: string;
  theirs: string;
}

/** Outcome is what a merge gave. */
export interface Outcome {
  conflicts: string[];
  /** What was said about files, in order. */
  notes: string[];
  /** The merged files, those in conflict left out. */
  files: Files;
}

interface Conflict {
  path: string;
  stages: [What, What, What];
  /** What lies in the work tree then; nothing: as ours. */
  mode: number;
  data?: Buffer;
}

/** text merges three files' lines; conflict says whether they disagree. */
export function text(base: Buffer, ours: Buffer, theirs: Buffer, labels: Labels, favor = "", style = "merge"): { data: Buffer; conflict: boolean } {
  let conflict = false;
  const out: string[] = [];
  const ended = (lines: string[]) => lines.map((l, i) => (i === lines.length - 1 && !l.endsWith("\n") ? `${l}\n` : l));
  for (const piece of mergeLines(split(decode(base)), split(decode(ours)), split(decode(theirs)))) {
    if ("lines" in piece) out.push(...piece.lines);
    else if (favor === "ours") out.push(...piece.ours);
    else if (favor === "theirs") out.push(...piece.theirs);
    else if (favor === "union") out.push(...ended(piece.ours), ...ended(piece.theirs));
    else {
      conflict = true;
      out.push(`<<<<<<< ${labels.ours}\n`, ...ended(piece.ours));
      if (style !== "merge") out.push(`||||||| ${labels.base}\n`, ...ended(piece.base));
      out.push("=======\n", ...ended(piece.theirs), `>>>>>>> ${labels.theirs}\n`);
    }
  }
  return { data: encode(out.join("")), conflict };
}

/** moved tells to where the files of base were renamed on a side. */
async function moved(repo: Repo, base: Files, side: Files): Promise<Map<string, string>> {
  const all = () => true;
  const list = await renamed(pairs(sides(repo, base, all), sides(repo, side, all)), 50);
  return new Map(list.filter((p) => p.status === "R").map((p) => [p.old!.path, p.now!.path]));
}

/** Merged is what two sides made of base together. */
interface Merged {
  notes: string[];
  /** The files that are agreed on. */
  files: Files;
  conflicts: Conflict[];
}

/** combine merges what two sides made of base. */
async function combine(repo: Repo, base: Files, ours: Files, theirs: Files, labels: Labels, favor: string): Promise<Merged> {
  const style = repo.setting("merge.conflictStyle") ?? "merge";
  const notes: string[] = [];
  const files: Files = new Map(ours);
  const conflicts: Conflict[] = [];
  // A file renamed on one side is, on the other, what it was called before.
  const at = new Map<string, { base?: string; ours?: string; theirs?: string }>();
  for (const path of new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])) at.set(path, { base: path, ours: path, theirs: path });
  const mine = await moved(repo, base, ours);
  const their = await moved(repo, base, theirs);
  for (const [from, to] of mine) {
    const other = their.get(from);
    if (other !== undefined && other !== to && !theirs.has(to) && !ours.has(other)) {
      notes.push(`CONFLICT (rename/rename): ${from} renamed to ${to} in ${labels.ours} and to ${other} in ${labels.theirs}.`);
      const [b, o, t] = [base.get(from)!, ours.get(to)!, theirs.get(other)!];
      const whole = o.oid === b.oid ? await repo.objects.blob(t.oid) : t.oid === b.oid ? await repo.objects.blob(o.oid) : text(await repo.objects.blob(b.oid), await repo.objects.blob(o.oid), await repo.objects.blob(t.oid), labels, favor, style).data;
      conflicts.push({ path: from, stages: [b, undefined, undefined], mode: b.mode }, { path: to, stages: [undefined, o, undefined], mode: o.mode, data: whole }, { path: other, stages: [undefined, undefined, t], mode: t.mode, data: whole });
      for (const path of [from, to, other]) {
        at.delete(path);
        files.delete(path);
      }
      continue;
    }
    if (other === undefined && !theirs.has(from) && !theirs.has(to)) {
      const o = ours.get(to)!;
      notes.push(`CONFLICT (rename/delete): ${from} renamed to ${to} in ${labels.ours}, but deleted in ${labels.theirs}.`);
      conflicts.push({ path: to, stages: [base.get(from), o, undefined], mode: o.mode, data: await repo.objects.blob(o.oid) });
      at.delete(from);
      at.delete(to);
      files.delete(to);
      continue;
    }
    if (other === to || (their.has(from) && their.get(from) !== to) || !theirs.has(from) || theirs.has(to)) continue;
    at.delete(from);
    at.set(to, { base: from, ours: to, theirs: from });
  }
  for (const [from, to] of their) {
    if (mine.has(from)) {
      if (mine.get(from) === to) {
        at.delete(from);
        at.set(to, { base: from, ours: to, theirs: to });
      }
      continue;
    }
    if (!ours.has(from) && !ours.has(to)) {
      const t = theirs.get(to)!;
      notes.push(`CONFLICT (rename/delete): ${from} renamed to ${to} in ${labels.theirs}, but deleted in ${labels.ours}.`);
      conflicts.push({ path: to, stages: [base.get(from), undefined, t], mode: t.mode, data: await repo.objects.blob(t.oid) });
      at.delete(from);
      at.delete(to);
      continue;
    }
    if (!ours.has(from) || ours.has(to)) continue;
    at.delete(from);
    at.set(to, { base: from, ours: from, theirs: to });
    files.delete(from);
  }
  for (const path of [...at.keys()].sort()) {
    const name = at.get(path)!;
    const b = base.get(name.base!);
    const o = ours.get(name.ours!);
    const t = theirs.get(name.theirs!);
    const keep = (what: What) => (what ? files.set(path, what) : files.delete(path));
    if (same(o, t) || same(b, t)) {
      keep(o);
      continue;
    }
    if (same(b, o)) {
      keep(t);
      continue;
    }
    if (!o || !t) {
      const left = (o ?? t)!;
      if (favor === (o ? "ours" : "theirs")) {
        keep(left);
        continue;
      }
      if (favor !== "") {
        keep(undefined);
        continue;
      }
      const [gone, changed] = o ? [labels.theirs, labels.ours] : [labels.ours, labels.theirs];
      notes.push(`CONFLICT (modify/delete): ${path} deleted in ${gone} and modified in ${changed}.  Version ${changed} of ${path} left in tree.`);
      conflicts.push({ path, stages: [b, o, t], mode: left.mode, data: await repo.objects.blob(left.oid) });
      continue;
    }
    const regular = (w: What) => w === undefined || w.mode === FILE || w.mode === EXECUTABLE;
    const mode = b && o.mode === b.mode ? t.mode : o.mode;
    if (!regular(o) || !regular(t)) {
      notes.push(`CONFLICT (${b ? "content" : "add/add"}): Merge conflict in ${path}`);
      conflicts.push({ path, stages: [b, o, t], mode: o.mode });
      continue;
    }
    if (o.oid === t.oid || (b && b.oid === t.oid)) {
      keep({ mode, oid: o.oid });
      continue;
    }
    if (b && b.oid === o.oid) {
      keep({ mode, oid: t.oid });
      continue;
    }
    const [B, O, T] = [b ? await repo.objects.blob(b.oid) : Buffer.alloc(0), await repo.objects.blob(o.oid), await repo.objects.blob(t.oid)];
    if ([B, O, T].some(isBinary)) {
      if (favor === "ours" || favor === "theirs") {
        keep(favor === "ours" ? o : t);
        continue;
      }
      notes.push(`warning: Cannot merge binary files: ${path} (${labels.ours} vs. ${labels.theirs})`);
      notes.push(`Auto-merging ${path}`, `CONFLICT (${b ? "content" : "add/add"}): Merge conflict in ${path}`);
      conflicts.push({ path, stages: [b, o, t], mode });
      continue;
    }
    notes.push(`Auto-merging ${path}`);
    const { data, conflict } = text(B, O, T, labels, favor, style);
    if (!conflict) {
      keep({ mode, oid: repo.objects.write("blob", data) });
      continue;
    }
    notes.push(`CONFLICT (${b ? "content" : "add/add"}): Merge conflict in ${path}`);
    conflicts.push({ path, stages: [b, o, t], mode, data });
  }
  // A file gives way to a folder of its name.
  const names = new Map(conflicts.filter((c) => c.data || c.stages[1]).map((c) => [c.path, c]));
  const folders = new Set<string>();
  for (const path of [...files.keys(), ...names.keys()]) for (let i = path.indexOf("/"); i >= 0; i = path.indexOf("/", i + 1)) folders.add(path.slice(0, i));
  for (const path of folders) {
    const known = names.get(path);
    const what = known ?? files.get(path);
    if (!what) continue;
    const own = known ? known.stages[1] !== undefined : same(ours.get(path), files.get(path));
    const label = own ? labels.ours : labels.theirs;
    let to = `${path}~${label.replaceAll("/", "_")}`;
    for (let n = 0; files.has(to) || names.has(to) || folders.has(to); n++) to = `${path}~${label.replaceAll("/", "_")}_${n}`;
    notes.push(`CONFLICT (file/directory): directory in the way of ${path} from ${label}; moving it to ${to} instead.`);
    if (known) known.path = to;
    else {
      const entry = files.get(path)!;
      files.delete(path);
      conflicts.push({ path: to, stages: own ? [undefined, entry, undefined] : [undefined, undefined, entry], mode: entry.mode, data: entry.mode === MODULE ? undefined : await repo.objects.blob(entry.oid) });
    }
  }
  return { notes, files, conflicts };
}

/** baseOf is what two commits have in common: of several, what a merge of those gives, with what is in conflict in it. */
export async function baseOf(repo: Repo, a: string, b: string): Promise<Files> {
  const time = async (oid: string) => (await repo.objects.commit(oid)).committer.time;
  const bases = [];
  for (const oid of await repo.bases(a, b)) bases.push({ oid, time: await time(oid) });
  bases.sort((x, y) => x.time - y.time);
  const filesOf = async (oid: string) => repo.objects.files((await repo.objects.commit(oid)).tree);
  const first = bases[0];
  if (!first) return new Map();
  let files = await filesOf(first.oid);
  for (const next of bases.slice(1)) {
    const labels = { ours: "Temporary merge branch 1", base: "merged common ancestors", theirs: "Temporary merge branch 2" };
    const merged = await combine(repo, await baseOf(repo, first.oid, next.oid), files, await filesOf(next.oid), labels, "");
    files = merged.files;
    for (const c of merged.conflicts) {
      const whole = c.data ? { mode: c.mode, oid: repo.objects.write("blob", c.data) } : (c.stages[0] ?? c.stages[1]);
      if (whole && (c.data || c.stages[1])) files.set(c.path, { mode: whole.mode, oid: whole.oid });
    }
  }
  return files;
}

/** threeWay merges what two sides made of base into the index and the work tree, which say what ours does. */
export function threeWay(repo: Repo, base: Files, ours: Files, theirs: Files, labels: Labels, verb: string, favor = ""): Promise<Outcome> {
  return repo.change(() => merging(repo, base, ours, theirs, labels, verb, favor));
}

async function merging(repo: Repo, base: Files, ours: Files, theirs: Files, labels: Labels, verb: string, favor: string): Promise<Outcome> {
  const work = new Worktree(repo);
  const { notes, files, conflicts } = await combine(repo, base, ours, theirs, labels, favor);
  // Nothing that is only in the work tree may be lost.
  const target: Files = new Map(files);
  const local: string[] = [];
  for (const c of conflicts) {
    const known = repo.index.get(c.path);
    const here = work.state(c.path, known);
    if (!same(known, ours.get(c.path)) || (known && here && !same(here, known)) || (!known && here)) local.push(c.path);
    const o = ours.get(c.path);
    if (o) target.set(c.path, o);
    else target.delete(c.path);
  }
  const before = new Map(ours);
  if (local.length > 0) overwritten({ changed: local }, verb);
  for (const c of conflicts) checked(c.path);
  await work.moved(before, target, verb);
  for (const c of conflicts) {
    if (c.data) work.lay(c.path, c.mode, c.data);
    repo.index.remove(c.path);
    for (const [i, w] of c.stages.entries()) if (w) repo.index.put({ path: c.path, mode: w.mode, oid: w.oid, stage: i + 1, size: 0, mtime: 0 });
    files.delete(c.path);
  }
  return { conflicts: conflicts.map((c) => c.path), notes, files };
}
