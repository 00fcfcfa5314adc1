import { age, parseDate, showDate } from "./dates.ts";
import { type Pair, changedTrees, renamed } from "./diff.ts";
import { fail } from "./failure.ts";
import type { Commit, Person } from "./objects.ts";
import type { Paths } from "./paths.ts";
import type { Repo } from "./repo.ts";
import { decode } from "./text.ts";

/** Range is which commits are looked at: those before some, without those before others. */
export interface Range {
  from: string[];
  without: string[];
  /** Of A...B: which side each commit is on. */
  left?: Set<string>;
}

/** readRange takes a word as a range or a revision, or says that it is none. */
export async function readRange(repo: Repo, word: string, into: Range): Promise<boolean> {
  const dots = /^(.*?)(\.{2,3})(.*)$/.exec(word);
  if (dots && !/^\.{1,2}(\/|$)/.test(word)) {
    const a = await repo.resolve(dots[1] || "HEAD");
    const b = await repo.resolve(dots[3] || "HEAD");
    if (!a || !b) return false;
    const [x, y] = [(await repo.objects.peel(a)).oid, (await repo.objects.peel(b)).oid];
    if (dots[2] === "..") {
      into.without.push(x);
      into.from.push(y);
    } else {
      into.from.push(x, y);
      into.without.push(...(await repo.bases(x, y)));
      into.left = await repo.ancestors(x);
    }
    return true;
  }
  // A commit without its parents, its parents, or a merge without one of them.
  const own = /^(.+)\^(!|@|-(\d*))$/.exec(word);
  const commit = own && (await repo.resolve(own[1]!));
  if (own && commit) {
    const { oid } = await repo.objects.peel(commit);
    const parents = await repo.parents(oid);
    if (own[2] === "@") into.from.push(...parents);
    else {
      into.from.push(oid);
      into.without.push(...(own[2] === "!" ? parents : parents.slice(Number(own[3] || 1) - 1, Number(own[3] || 1))));
    }
    return true;
  }
  const not = word.startsWith("^");
  const oid = await repo.resolve(not ? word.slice(1) : word);
  if (!oid) return false;
  const peeled = (await repo.objects.find(oid)) && (await repo.objects.peel(oid));
  if (!peeled || peeled.kind !== "commit") return false;
  (not ? into.without : into.from).push(peeled.oid);
  return true;
}

/** WalkOptions is which commits of a range are wanted, and in which order. */
export interface WalkOptions {
  paths?: Paths;
  most: number;
  skip: number;
  first: boolean; // only the first parent of each
  full: boolean; // no branch is left out because it changed nothing
  merges?: boolean; // only them, or none of them
  least: number; // how many parents there are, and at most
  many: number;
  since?: number;
  until?: number;
  author: RegExp[];
  committer: RegExp[];
  grep: RegExp[];
  allMatch: boolean;
  invert: boolean;
  pickaxe?: (a: string, b: string) => boolean;
  side?: "left" | "right";
  /** None comes before all that it is a parent of: branch by branch, or by a date. */
  topo: boolean;
  dated?: "author" | "committer";
  /** The parents given are those that are wanted, for who draws them. */
  ancestry: boolean;
  reverse: boolean;
  follow: boolean;
}

export const everything: WalkOptions = { most: Number.POSITIVE_INFINITY, skip: 0, first: false, full: false, least: 0, many: Number.POSITIVE_INFINITY, author: [], committer: [], grep: [], allMatch: false, invert: false, topo: false, ancestry: false, reverse: false, follow: false };

/** fileName makes of a line what may be the name of a file. */
export const fileName = (line: string) => line.replace(/[^A-Za-z0-9._]+/g, "-").replace(/\.{2,}/g, ".").replace(/^-+|[-.]+$/g, "");

/** Found is a commit of a walk. */
export interface Found {
  commit: Commit;
  parents: string[];
  /** Of --follow: what became of the file. */
  change?: Pair;
  /** Of a reference's log: which entry it is. */
  entry?: FormatOptions["entry"];
}

/** walk lists commits, the newest first, with the parents that are left of them. */
export async function walk(repo: Repo, range: Range, o: WalkOptions): Promise<Found[]> {
  const without = await repo.ancestors(...range.without);
  const seen = new Set<string>();
  const all: Found[] = [];
  const queue: Commit[] = []; // the newest last
  const push = async (oid: string) => {
    if (seen.has(oid) || without.has(oid)) return;
    seen.add(oid);
    const commit = await repo.objects.commit(oid);
    let at = queue.length;
    while (at > 0 && queue[at - 1]!.committer.time >= commit.committer.time) at--;
    queue.splice(at, 0, commit);
  };
  for (const oid of range.from) await push(oid);
  const some = o.paths && !o.paths.all && !o.follow ? o.paths : undefined;
  const idle = new Set<string>(); // commits that changed nothing of interest
  let followed = o.follow ? o.paths?.named[0] : undefined;
  // Without an order to be made afterwards the walk ends with the last that is wanted.
  const whole = o.topo || o.ancestry;
  const found: Found[] = [];
  while (queue.length > 0 && (whole || found.length < o.most + o.skip)) {
    const commit = queue.pop()!;
    if (o.since !== undefined && commit.committer.time < o.since) continue;
    const every = await repo.parents(commit.oid);
    const parents = o.first ? every.slice(0, 1) : every;
    const c: Found = { commit, parents: every }; // an order counts all of them
    if (some) {
      const changes = await Promise.all(parents.map(async (p) => differs(repo, (await repo.objects.commit(p)).tree, commit.tree, some)));
      const own = parents.map((p) => !without.has(p));
      const same = o.full ? -1 : changes.findIndex((c, i) => !c && own[i]);
      // Where a parent has the same, the others changed nothing.
      if (same >= 0) c.parents = [parents[same]!];
      const counted = own.includes(true) ? changes.filter((_, i) => own[i]) : changes;
      if (same >= 0 || !(parents.length === 0 ? await differs(repo, undefined, commit.tree, some) : counted.includes(true))) idle.add(commit.oid);
    } else if (followed !== undefined) {
      c.change = parents.length < 2 ? await step(repo, commit, parents[0], followed) : undefined;
      if (c.change) followed = (c.change.old ?? c.change.now)!.path;
      else idle.add(commit.oid);
    }
    for (const p of o.first ? c.parents.slice(0, 1) : c.parents) await push(p);
    if (whole) all.push(c);
    else if (!idle.has(commit.oid) && (await wanted(repo, c, range, o))) found.push(c);
  }
  if (whole) await arrange(repo, all, idle, found, range, o);
  const list = found.slice(o.skip, o.skip + o.most);
  return o.reverse ? list.reverse() : list;
}

/** arrange brings the commits of a walk into an order, those that are wanted, and finds the parents that are drawn. */
async function arrange(repo: Repo, all: Found[], idle: Set<string>, found: Found[], range: Range, o: WalkOptions) {
  const by = new Map(all.map((c) => [c.commit.oid, c]));
  const shown = new Set<string>();
  for (const c of o.topo ? topological(all, by, o.dated) : all) {
    if ((idle.has(c.commit.oid) && !(o.full && o.ancestry && c.parents.length > 1)) || !(await wanted(repo, c, range, o))) continue;
    shown.add(c.commit.oid);
    found.push(c);
  }
  if (!o.ancestry) return;
  const above = (oid: string): string | undefined => {
    let c = by.get(oid);
    while (c && idle.has(c.commit.oid) && c.parents.length < 2) c = by.get(c.parents[0] ?? "");
    return c?.commit.oid;
  };
  for (const c of found) c.parents = [...new Set(c.parents.slice(0, o.first ? 1 : undefined).map(above))].filter((p): p is string => p !== undefined && shown.has(p));
}

/** wanted says whether a commit is one that the options ask for. */
async function wanted(repo: Repo, { commit }: Found, range: Range, o: WalkOptions): Promise<boolean> {
  if (o.merges !== undefined && commit.parents.length > 1 !== o.merges) return false;
  if (commit.parents.length < o.least || commit.parents.length > o.many) return false;
  if (o.until !== undefined && commit.committer.time > o.until) return false;
  if (o.side && range.left && range.left.has(commit.oid) !== (o.side === "left")) return false;
  const is = (list: RegExp[], p: Person) => list.length === 0 || list.some((re) => re.test(`${p.name} <${p.email}>`));
  if (!is(o.author, commit.author) || !is(o.committer, commit.committer)) return false;
  if (o.grep.length > 0) {
    const hits = o.grep.map((re) => re.test(commit.message));
    if ((o.allMatch ? hits.every(Boolean) : hits.some(Boolean)) === o.invert) return false;
  }
  if (!o.pickaxe) return true;
  if (commit.parents.length > 1) return false;
  const before = commit.parents[0] ? (await repo.objects.commit(commit.parents[0])).tree : undefined;
  for (const p of await renamed(await changedTrees(repo, before, commit.tree, o.paths && !o.paths.all ? o.paths.has : undefined), 50)) {
    if (o.pickaxe(p.old ? decode(await p.old.read()) : "", p.now ? decode(await p.now.read()) : "")) return true;
  }
  return false;
}

async function differs(repo: Repo, a: string | undefined, b: string, paths: Paths): Promise<boolean> {
  return (await changedTrees(repo, a, b, paths.has)).length > 0;
}

/** step finds what a commit did to a file, which may come from another one. */
async function step(repo: Repo, commit: Commit, parent: string | undefined, path: string): Promise<Pair | undefined> {
  const tree = parent && (await repo.objects.commit(parent)).tree;
  const changes = await changedTrees(repo, tree, commit.tree);
  const own = changes.find((p) => (p.now ?? p.old)!.path === path);
  if (own?.status !== "A" || !tree) return own;
  const from = changes.filter((p) => p === own || p.status !== "A");
  // Of the files that did not change only one that is the same is looked for.
  for (const [name, { mode, oid }] of await repo.objects.files(tree)) {
    if (oid !== own.now!.oid || from.some((p) => p.old?.path === name)) continue;
    const side = { ...own.now!, path: name, mode };
    from.push({ old: side, now: side, status: "M" });
  }
  return (await renamed(from, 50, true)).find((p) => p.now?.path === path);
}

/** topological puts no commit before one that it is a parent of: a branch in one piece, or by date. */
function topological(list: Found[], by: Map<string, Found>, dated?: "author" | "committer"): Found[] {
  const children = new Map<string, number>();
  for (const c of list) for (const p of c.parents) if (by.has(p)) children.set(p, (children.get(p) ?? 0) + 1);
  const time = (c: Found) => c.commit[dated ?? "committer"].time;
  const ready: Found[] = []; // the next last
  const put = (c: Found) => {
    let at = ready.length;
    if (dated) while (at > 0 && time(ready[at - 1]!) >= time(c)) at--;
    ready.splice(at, 0, c);
  };
  const tips = list.filter((c) => !children.has(c.commit.oid));
  for (const c of dated ? tips : tips.reverse()) put(c);
  const out: Found[] = [];
  for (let c = ready.pop(); c; c = ready.pop()) {
    out.push(c);
    for (const p of c.parents) {
      const left = (children.get(p) ?? 0) - 1;
      children.set(p, left);
      if (left === 0) put(by.get(p)!);
    }
  }
  return out;
}

/** decorations gives the names that stand for commits, as --decorate shows them. */
export async function decorations(repo: Repo, full = false): Promise<Map<string, string[]>> {
  const out = new Map<string, string[]>();
  const add = (oid: string, name: string) => out.set(oid, [name, ...(out.get(oid) ?? [])]);
  const cut = (name: string) => (full ? name : name.replace(/^refs\/(heads|remotes|tags)\//, ""));
  const branch = repo.target("HEAD");
  for (const { name, oid } of repo.refs()) {
    if (name === branch) continue;
    if (name.startsWith("refs/tags/")) add((await repo.objects.peel(oid)).oid, `tag: ${cut(name)}`);
    else if (/^refs\/(heads\/|remotes\/|stash$)/.test(name)) add(oid, cut(name));
  }
  if (repo.head) add(repo.head, branch ? `HEAD -> ${cut(branch)}` : "HEAD");
  return out;
}

export const subject = (message: string) => message.replace(/^(\s*\n)+/, "").split(/\n\s*(?:\n|$)/, 1)[0]!.split("\n").map((l) => l.trimEnd()).join(" ");
export const body = (message: string) => {
  const rest = /\n\s*\n([^]*)$/.exec(message.replace(/^\n+/, ""))?.[1] ?? "";
  return rest.replace(/^\n+/, "");
};

/** FormatOptions is how a commit is shown. */
export interface FormatOptions {
  format: string;
  date: string;
  abbrev: boolean;
  color: boolean;
  names?: Map<string, string[]>;
  left?: Set<string>;
  /** The sides are marked in the graph. */
  unmarked?: boolean;
  /** The parent whose changes are shown, if there are others. */
  from?: string;
  parents: boolean;
  /** The entry of the log of a reference that the commit is shown for. */
  entry?: { selector: string; who: Person; why: string };
}

/** isCustom says whether a format is one with placeholders. */
export const isCustom = (format: string) => /^t?format:/.test(format);

const indent = (text: string) => text.replace(/\n+$/, "").split("\n").map((l) => `    ${l}`.trimEnd() === "" ? "    " : `    ${l}`).join("\n");

/** showCommit writes a commit in a format, without a line's end at its end. */
export async function showCommit(repo: Repo, c: Commit, o: FormatOptions): Promise<string> {
  const names = o.names?.get(c.oid);
  const [yellow, off] = o.color ? ["\x1b[33m", "\x1b[m"] : ["", ""];
  const refs = names ? `${yellow} (${off}${names.join(`${yellow}, ${off}`)}${yellow})${off}` : "";
  const oid = o.abbrev ? repo.short(c.oid) : c.oid;
  const mark = o.left && !o.unmarked ? (o.left.has(c.oid) ? "< " : "> ") : "";
  const from = o.from === undefined ? "" : ` (from ${o.abbrev ? repo.short(o.from) : o.from})`;
  const who = (p: Person) => `${p.name} <${p.email}>`;
  const parents = o.parents ? c.parents.map((p) => ` ${o.abbrev ? repo.short(p) : p}`).join("") : "";
  if (isCustom(o.format)) return expand(repo, c, o.format.slice(o.format.indexOf(":") + 1), o);
  if (o.format === "oneline") return `${yellow}${mark}${oid}${parents}${from}${off}${refs} ${o.entry ? `${o.entry.selector}: ${o.entry.why}` : subject(c.message)}`;
  let out = `${yellow}commit ${mark}${oid}${parents}${from}${off}${refs}\n`;
  if (o.entry) out += `Reflog: ${o.entry.selector} (${who(o.entry.who)})\nReflog message: ${o.entry.why}\n`;
  if (o.format === "raw") {
    out += `tree ${c.tree}\n${c.parents.map((p) => `parent ${p}\n`).join("")}author ${who(c.author)} ${c.author.time} ${c.author.zone}\ncommitter ${who(c.committer)} ${c.committer.time} ${c.committer.zone}\n`;
    return `${out}\n${indent(c.message)}`;
  }
  if (c.parents.length > 1) out += `Merge: ${c.parents.map((p) => repo.short(p)).join(" ")}\n`;
  switch (o.format) {
    case "short":
      return `${out}Author: ${who(c.author)}\n\n${indent(subject(c.message))}\n`;
    case "medium":
      return `${out}Author: ${who(c.author)}\nDate:   ${showDate(c.author, o.date)}\n\n${indent(c.message)}`;
    case "full":
      return `${out}Author: ${who(c.author)}\nCommit: ${who(c.committer)}\n\n${indent(c.message)}`;
    case "fuller":
      return `${out}Author:     ${who(c.author)}\nAuthorDate: ${showDate(c.author, o.date)}\nCommit:     ${who(c.committer)}\nCommitDate: ${showDate(c.committer, o.date)}\n\n${indent(c.message)}`;
    case "reference":
      return `${repo.short(c.oid)} (${subject(c.message)}, ${showDate(c.author, "short")})`;
  }
  return fail(`invalid --pretty format: ${o.format}`);
}

const PAINT: Record<string, string> = { reset: "", normal: "", red: "31", green: "32", yellow: "33", blue: "34", magenta: "35", cyan: "36", white: "37", black: "30", bold: "1", dim: "2" };

/** expand fills in a format's placeholders. */
async function expand(repo: Repo, c: Commit, format: string, o: FormatOptions): Promise<string> {
  const names = o.names?.get(c.oid) ?? [];
  const persons = (p: Person, what: string): string | undefined => {
    switch (what) {
      case "n":
      case "N": return p.name;
      case "e":
      case "E": return p.email;
      case "l":
      case "L": return p.email.split("@")[0];
      case "d": return showDate(p, o.date);
      case "D": return showDate(p, "rfc");
      case "r": return age(p.time);
      case "t": return String(p.time);
      case "i": return showDate(p, "iso");
      case "I": return showDate(p, "iso-strict");
      case "s": return showDate(p, "short");
      case "h": return showDate(p, "human");
    }
    return undefined;
  };
  let out = "";
  let pad: { width: number; side: string; cut: string } | undefined;
  const put = (text: string) => {
    if (pad) {
      const { width, side, cut } = pad;
      const letters = [...text];
      const length = letters.length;
      const room = Math.max(width - 2, 0);
      if (cut && length > width) {
        if (cut === "ltrunc") text = `..${letters.slice(length - room).join("")}`;
        else if (cut === "mtrunc") text = `${letters.slice(0, Math.floor(room / 2)).join("")}..${letters.slice(length - Math.ceil(room / 2)).join("")}`;
        else text = `${letters.slice(0, room).join("")}..`;
      } else if (side === "<") text += " ".repeat(Math.max(width - length, 0));
      else if (side === "><") text = `${" ".repeat(Math.max(Math.floor((width - length) / 2), 0))}${text}${" ".repeat(Math.max(Math.ceil((width - length) / 2), 0))}`;
      else {
        // Of >> the spaces before are taken where the width is not enough.
        if (side === ">>") while (letters.length > width && out.endsWith(" ")) (out = out.slice(0, -1)), letters.pop();
        text = " ".repeat(Math.max(width - length, 0)) + text;
      }
      pad = undefined;
    }
    out += text;
  };
  for (let i = 0; i < format.length; i++) {
    if (format[i] !== "%") {
      out += format[i];
      continue;
    }
    const long = /^(?:[Cw]\([^)]*\)|C(?:red|green|blue|reset)|[ac][a-zA-Z]|x[0-9a-fA-F]{2}|(?:><|[<>]{1,2})\|?\(\d+(?:,\w+)?\)|g[a-zA-Z]|G[?GSKFPT]|\((?:trailers|describe|decorate)[^)]*\)|.)/s;
    const word = long.exec(format.slice(i + 1))?.[0] ?? "";
    i += word.length;
    if (/^[+ -]$/.test(word)) {
      // %+b: a line's end before it, if there is anything.
      const next = long.exec(format.slice(i + 1))?.[0] ?? "";
      i += next.length;
      const text = await expand(repo, c, `%${next}`, o);
      if (word === "-" && text === "") out = out.replace(/\n+$/, "");
      out += text === "" || word === "-" ? text : (word === "+" ? "\n" : " ") + text;
      continue;
    }
    const padding = /^([<>]{1,2})(\|?)\((\d+)(?:,(\w+))?\)$/.exec(word);
    if (padding) {
      const column = padding[2] ? [...out.slice(out.lastIndexOf("\n") + 1)].length : 0;
      pad = { width: Math.max(Number(padding[3]) - column, 0), side: padding[1]!, cut: padding[4] ?? "" };
      continue;
    }
    const hex = /^x([0-9a-fA-F]{2})$/.exec(word);
    if (hex) put(String.fromCharCode(Number.parseInt(hex[1]!, 16)));
    else if (/^C/.test(word)) {
      const color = /^C\(?([^)]*)\)?$/.exec(word)![1]!.replace(/^(auto|always),?/, "");
      if (o.color) out += `\x1b[${color.split(/\s+/).map((w) => PAINT[w] ?? "").join(";")}m`;
    } else if (/^a./.test(word)) put(persons(c.author, word[1]!) ?? `%${word}`);
    else if (/^c./.test(word)) put(persons(c.committer, word[1]!) ?? `%${word}`);
    else {
      switch (word) {
        case "H": put(c.oid); break;
        case "h": put(repo.short(c.oid)); break;
        case "T": put(c.tree); break;
        case "t": put(repo.short(c.tree)); break;
        case "P": put(c.parents.join(" ")); break;
        case "p": put(c.parents.map((p) => repo.short(p)).join(" ")); break;
        case "s": put(subject(c.message)); break;
        case "f": put(fileName(c.message.replace(/^(\s*\n)+/, "").split("\n", 1)[0]!)); break;
        case "b": put(body(c.message)); break;
        case "B": put(c.message.replace(/^\n+/, "")); break;
        case "d": put(names.length > 0 ? ` (${names.join(", ")})` : ""); break;
        case "D": put(names.join(", ")); break;
        case "m": put(o.left?.has(c.oid) ? "<" : ">"); break;
        case "e":
        case "N": put(""); break;
        case "G?": put("N"); break;
        case "n": out += "\n"; break;
        case "%": out += "%"; break;
        default:
          if (/^(w\(|\((describe|decorate))/.test(word)) fail(`%${word} is not supported here`);
          if (word.startsWith("(trailers")) put(trailers(c.message, word.slice(9, -1)));
          else if (/^g[dD]$/.test(word)) put(word === "gd" ? (o.entry?.selector ?? "").replace(/^refs\/((heads|tags|remotes)\/)?/, "") : (o.entry?.selector ?? ""));
          else if (word === "gs") put(o.entry?.why ?? "");
          else if (/^g[nNeE]$/.test(word)) put((o.entry && persons(o.entry.who, word[1]!)) ?? "");
          else put(`%${word}`);
      }
    }
  }
  return out;
}

/** trailers gives the lines "Key: value" that end a message, as the options of the placeholder say. */
function trailers(message: string, options: string): string {
  const given = new Map(options.replace(/^:/, "").split(",").map((w) => [w.split("=", 1)[0]!, w.includes("=") ? w.slice(w.indexOf("=") + 1) : ""]));
  const parts = message.trimEnd().split(/\n\s*\n/);
  const block = parts.length > 1 ? parts.at(-1)!.split(/\n(?!\s)/) : [];
  const key = given.get("key")?.replace(/:$/, "").toLowerCase();
  const read = (line: string) => /^([\w-]+)\s*:\s*([^]*)$/.exec(line);
  if (!block.some(read) || block.filter((l) => !read(l)).length > block.filter(read).length * 3) return "";
  const lines = block.flatMap((line) => {
    const found = read(line);
    if (!found) return key === undefined && !given.has("only") ? [line] : [];
    if (key !== undefined && found[1]!.toLowerCase() !== key) return [];
    const value = given.has("unfold") ? found[2]!.replace(/\s*\n\s*/g, " ") : found[2]!;
    return [given.has("valueonly") ? value : given.has("keyonly") ? found[1]! : `${found[1]}${(given.get("key_value_separator") ?? ": ").replace(/%x([0-9a-fA-F]{2})/g, (_, h: string) => String.fromCharCode(Number.parseInt(h, 16)))}${value}`];
  });
  const separator = given.get("separator")?.replace(/%n/g, "\n").replace(/%x([0-9a-fA-F]{2})/g, (_, h: string) => String.fromCharCode(Number.parseInt(h, 16)));
  return separator === undefined ? lines.map((l) => `${l}\n`).join("") : lines.join(separator);
}

/** when reads the time of --since and its like, in seconds. */
export const when = (text: string) => parseDate(text.trim()).time;
