import { type DiffOptions, type Pair, type Side, cleaner, isBinary } from "./diff.ts";
import { compare, split } from "./lines.ts";
import { ZERO } from "./objects.ts";
import { quote } from "./quote.ts";
import type { Repo } from "./repo.ts";
import { decode } from "./text.ts";

const octal = (mode: number) => mode.toString(8).padStart(6, "0");

/** Merged is a file of a merge that none of the parents has so. */
export interface Merged {
  path: string;
  parents: (Side | undefined)[];
  statuses: string;
  now?: Side;
}

/** intersect finds the files that are in the changes from each parent. */
export function intersect(changes: Pair[][]): Merged[] {
  const path = (p: Pair) => (p.now ?? p.old)!.path;
  const maps = changes.map((list) => new Map(list.map((p) => [path(p), p])));
  return changes[0]!.flatMap((first) => {
    const pairs = maps.map((m) => m.get(path(first)));
    if (pairs.includes(undefined)) return [];
    return [{ path: path(first), parents: pairs.map((p) => p!.old), statuses: pairs.map((p) => p!.status).join(""), now: first.now }];
  });
}

/** Row is a line of the result: who lacks it, and what was lost before it, each by bits of the parents. */
interface Row {
  text: string;
  from: number;
  lost: { text: string; from: number }[];
  shown: boolean;
  bare: boolean; // what was lost is not shown
  at: number[]; // where each parent's lines begin here
}

/**
 * combine shows a file of a merge against all parents at once. If dense, only what
 * differs from each; open says that it lies in the work tree and is not merged yet.
 */
export async function combine(repo: Repo, { path, parents, statuses, now }: Merged, o: DiffOptions, dense: boolean, open = false): Promise<string> {
  const oid = (side?: Side) => (o.fullIndex ? (side?.oid ?? ZERO) : side ? repo.short(side.oid) : ZERO.slice(0, 7));
  const differs = parents.some((p) => p?.mode !== now?.mode);
  const added = now !== undefined && /^A+$/.test(statuses);
  const head = [`diff --${dense ? "cc" : "combined"} ${quote(path)}`, `index ${parents.map(oid).join(",")}..${open ? oid() : oid(now)}`];
  if (differs && added) head.push(`new file mode ${octal(now.mode)}`);
  else if (differs) head.push(`${now ? "" : "deleted file "}mode ${parents.map((p) => octal(p?.mode ?? 0)).join(",")}${now ? `..${octal(now.mode)}` : ""}`);
  const data = await Promise.all([...parents, now].map((side) => side?.read() ?? Buffer.alloc(0)));
  const write = (lines: string[]) => lines.map((l) => (l.endsWith("\n") ? l : `${l}\n`)).join("");
  if (data.some(isBinary)) return write([...head, "Binary files differ"]);
  const rows = align(data.map((d) => split(decode(d))), o);
  mark(rows, (1 << parents.length) - 1, dense, o.context);
  const body = hunks(rows, parents.length, o.context === 0);
  if (body.length === 0 && !differs && !open) return "";
  head.push(`--- ${added ? "/dev/null" : quote(o.prefix[0] + path)}`, `+++ ${now ? quote(o.prefix[1] + path) : "/dev/null"}`);
  return write([...head, ...body]);
}

/** align lays the lines of the parents beside those of the result, which come last. */
function align(versions: string[][], o: DiffOptions): Row[] {
  const now = versions.at(-1)!;
  // What was lost behind the last line hangs on one more.
  const rows: Row[] = [...now, ""].map((text) => ({ text, from: 0, lost: [], shown: false, bare: false, at: [] }));
  for (const [n, old] of versions.slice(0, -1).entries()) {
    const bit = 1 << n;
    for (const c of compare(old, now, cleaner(o.space))) {
      for (const row of rows.slice(c.b, c.B)) row.from |= bit;
      const row = rows[c.b]!;
      row.lost = join(row.lost, old.slice(c.a, c.A), bit);
    }
    let at = 1;
    for (const row of rows) {
      row.at.push(at);
      at += row.lost.filter((l) => l.from & bit).length + (row.from & bit ? 0 : 1);
    }
  }
  return rows;
}

/** join brings lines that a further parent lost together with those of the others: the same ones become one. */
function join(lost: Row["lost"], lines: string[], bit: number): Row["lost"] {
  if (lost.length === 0 || lost.length * lines.length > 1_000_000) return [...lost, ...lines.map((text) => ({ text, from: bit }))];
  const best = Array.from({ length: lost.length + 1 }, () => new Int32Array(lines.length + 1));
  for (let i = 1; i <= lost.length; i++) for (let j = 1; j <= lines.length; j++) best[i]![j] = lost[i - 1]!.text === lines[j - 1] ? best[i - 1]![j - 1]! + 1 : Math.max(best[i]![j - 1]!, best[i - 1]![j]!);
  const out: Row["lost"] = [];
  for (let i = lost.length, j = lines.length; i > 0 || j > 0; ) {
    if (i > 0 && j > 0 && lost[i - 1]!.text === lines[j - 1]) out.push({ text: lines[--j]!, from: lost[--i]!.from | bit });
    else if (j > 0 && (i === 0 || best[i]![j - 1]! >= best[i - 1]![j]!)) out.push({ text: lines[--j]!, from: bit });
    else out.push(lost[--i]!);
  }
  return out.reverse();
}

/** mark says which rows are shown: those that changed, with what is around them. */
function mark(rows: Row[], all: number, dense: boolean, context: number) {
  const end = rows.length;
  const find = (from: number, shown: boolean) => {
    while (from < end && rows[from]!.shown !== shown) from++;
    return from;
  };
  // A row that is shown for what was lost before it is itself one that is around.
  const tail = (start: number, i: number) => (start + 1 <= i && rows[i - 1]!.from === 0 ? i - 1 : i);
  for (const row of rows) row.shown = row.from !== 0 || row.lost.length > 0;
  for (let i = dense ? find(0, true) : end; i < end; ) {
    let j = find(i, false);
    for (;;) {
      const next = find(j, true);
      if (next >= Math.min(tail(i, j) + context, end)) break;
      j = find(next, false);
    }
    const kinds = new Set(rows.slice(i, j).flatMap((r) => [r.from, ...r.lost.map((l) => l.from)].filter((f) => f !== 0)));
    if (kinds.size === 1 && !kinds.has(all)) for (const row of rows.slice(i, j)) row.shown = false;
    i = find(j, true);
  }
  for (let i = find(0, true); i < end; ) {
    for (let j = Math.max(i - context, 0); j < i; j++) {
      if (!rows[j]!.shown) rows[j]!.bare = true;
      rows[j]!.shown = true;
    }
    for (;;) {
      const gap = find(i, false);
      const next = find(gap, true);
      let j = tail(i, gap);
      const near = gap < end && next < Math.min(j + context, end);
      for (const to = near ? next : Math.min(j + context, end); j < to; j++) rows[j]!.shown = true;
      i = next;
      if (!near) break;
    }
  }
}

function hunks(rows: Row[], parents: number, tight: boolean): string[] {
  const out: string[] = [];
  const signs = (from: number, sign: string) => Array.from({ length: parents }, (_, n) => (from & (1 << n) ? sign : " ")).join("");
  let title = "";
  for (let i = 0; i < rows.length; i++) {
    if (!rows[i]!.shown) {
      if (/^[A-Za-z_$]/.test(rows[i]!.text)) title = rows[i]!.text;
      continue;
    }
    let end = i;
    while (rows[end]?.shown) end++;
    const last = rows.length - 1;
    const after = (n: number) => rows[end]?.at[n] ?? rows[last]!.at[n]! + rows[last]!.lost.filter((l) => l.from & (1 << n)).length;
    const at = "@".repeat(parents + 1);
    // Rows that are there only for what was lost before them are no context, if there is none.
    const idle = (row: Row) => tight && row.from === 0;
    const less = rows.slice(i, Math.min(end, last)).filter(idle).length;
    // The last character of a title is lost, as git has it.
    const shown = title.slice(0, 40).trimEnd().slice(0, -1);
    out.push(`${at} ${rows[i]!.at.map((from, n) => `-${from},${after(n) - from - less}`).join(" ")} +${i + 1},${Math.min(end, last) - i - less} ${at}${shown ? ` ${shown}` : ""}`);
    for (; i < end; i++) {
      const row = rows[i]!;
      if (!row.bare) for (const l of row.lost) out.push(signs(l.from, "-") + l.text);
      if (i < last && !idle(row)) out.push(signs(row.from, "+") + row.text);
    }
    i--;
  }
  return out;
}
