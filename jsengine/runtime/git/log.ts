import fs from "node:fs";
import { relative, resolve } from "node:path";
import { parse } from "./args.ts";
import { showDate } from "./dates.ts";
import { type DiffOptions, type Output, type Pair, type Side, changedTrees, indexFiles, isBinary, pairs, patch, pickaxe, plain, present, readOption, renamed, sides, silent, worktreeSides } from "./diff.ts";
import { Failure, fail } from "./failure.ts";
import { combine, intersect } from "./combined.ts";
import { Graph } from "./graph.ts";
import { type FormatOptions, type Found, type Range, type WalkOptions, decorations, everything, isCustom, readRange, showCommit, subject, walk, when } from "./history.ts";
import { out, readStdin } from "./io.ts";
import { byBytes } from "./index_file.ts";
import { compare, split } from "./lines.ts";
import { type Commit, EMPTY_TREE, FILE, FOLDER, MODULE, ZERO, hash, parsePerson } from "./objects.ts";
import { Paths, glob } from "./paths.ts";
import { quote } from "./quote.ts";
import { type Kind, compile, pattern } from "./regex.ts";
import { badRevision, type Repo } from "./repo.ts";
import { decode, encode } from "./text.ts";
import { Worktree, content, stat } from "./worktree.ts";

const some = (how: Output) => how.patch || how.stat || how.shortstat || how.numstat || how.summary || how.names || how.statuses || how.raw;

/** readFormat takes the word of --pretty: a format's name, or one with placeholders. */
function readFormat(repo: Repo, text: string): string {
  if (/^(oneline|short|medium|full|fuller|raw|reference)$/.test(text) || isCustom(text)) return text;
  if (text === "" || text.includes("%")) return `tformat:${text}`;
  return readFormat(repo, repo.setting(`pretty.${text}`) ?? fail(`invalid --pretty format: ${text}`));
}

interface Asked {
  format: FormatOptions;
  walk: WalkOptions;
  diff: DiffOptions;
  how: Output;
  graph: boolean;
  decorate: string;
  all: string[];
  /** The references that --not leaves out, with all before them. */
  none: string[];
  /** How the changes of merges are shown: not, from the first parent, from each, or from all at once. */
  merges: "" | "none" | "first" | "separate" | "combined";
  dense: boolean; // of all at once: only what differs from each
  reflog: boolean;
  chosen: boolean; // a format was asked for
  dated: boolean; // and one of dates
}

/** readLog takes the options that log, show, rev-list and their like share. */
function readLog(repo: Repo, args: string[]): { asked: Asked; words: string[]; paths?: string[]; rest: Set<string> } {
  const asked: Asked = {
    format: { format: readFormat(repo, repo.setting("format.pretty") ?? "medium"), date: repo.setting("log.date") ?? "default", abbrev: false, color: false, parents: false },
    walk: { ...everything, author: [], committer: [], grep: [] },
    diff: { ...plain },
    how: { ...silent },
    graph: false,
    decorate: "",
    all: [],
    none: [],
    merges: "",
    dense: true,
    reflog: false,
    chosen: false,
    dated: false,
  };
  const rest = new Set<string>();
  let insensitive = false;
  let kind: Kind = "basic";
  let lines = false;
  let negated = false; // by --not, which holds for what follows
  const patterns: ["author" | "committer" | "grep", string][] = [];
  let implied = false; // changes are shown, if nothing else is
  const other = (a: string, next: () => string): boolean => {
    const equals = a.indexOf("=");
    const name = a.startsWith("--") && equals > 0 ? a.slice(0, equals) : a;
    const value = () => (a.startsWith("--") && equals > 0 ? a.slice(equals + 1) : next());
    const count = /^-(\d+)$/.exec(a) ?? /^-n(\d+)$/.exec(a);
    if (count) {
      asked.walk.most = Number(count[1]);
      return true;
    }
    switch (name) {
      case "-n":
      case "--max-count":
        asked.walk.most = Number(value());
        if (Number.isNaN(asked.walk.most)) fail(`'${a}': not an integer`);
        if (asked.walk.most < 0) asked.walk.most = Number.POSITIVE_INFINITY;
        return true;
      case "--skip":
        asked.walk.skip = Number(value());
        return true;
      case "--oneline":
        asked.format.format = "oneline";
        asked.chosen = true;
        asked.format.abbrev = true;
        return true;
      case "--pretty":
      case "--format": {
        const text = equals > 0 ? a.slice(equals + 1) : "medium";
        asked.format.format = readFormat(repo, text);
        asked.chosen = true;
        return true;
      }
      case "--abbrev-commit":
        asked.format.abbrev = true;
        return true;
      case "--no-abbrev-commit":
        asked.format.abbrev = false;
        return true;
      case "--parents":
        asked.format.parents = asked.walk.ancestry = true;
        return true;
      case "--date":
        asked.format.date = value();
        asked.dated = true;
        return true;
      case "--relative-date":
        asked.format.date = "relative";
        asked.dated = true;
        return true;
      case "--since":
      case "--after":
        asked.walk.since = when(value());
        return true;
      case "--until":
      case "--before":
        asked.walk.until = when(value());
        return true;
      case "--author":
      case "--committer":
      case "--grep":
        patterns.push([name.slice(2) as "grep", value()]);
        return true;
      case "-i":
      case "--regexp-ignore-case":
        insensitive = true;
        return true;
      case "-F":
      case "--fixed-strings":
        kind = "fixed";
        return true;
      case "-E":
      case "--extended-regexp":
        kind = "extended";
        return true;
      case "-P":
      case "--perl-regexp":
        kind = "perl";
        return true;
      case "--all-match":
        asked.walk.allMatch = true;
        return true;
      case "--invert-grep":
        asked.walk.invert = true;
        return true;
      case "--merges":
        asked.walk.least = 2;
        return true;
      case "--no-merges":
        asked.walk.many = 1;
        return true;
      case "--min-parents":
        asked.walk.least = Number(value());
        return true;
      case "--max-parents":
        asked.walk.many = Number(value());
        if (asked.walk.many < 0) asked.walk.many = Number.POSITIVE_INFINITY;
        return true;
      case "--first-parent":
        asked.walk.first = true;
        asked.merges ||= "first";
        return true;
      case "-m":
        asked.merges = "separate";
        return true;
      case "-c":
      case "--cc":
        asked.merges = "combined";
        asked.dense = name === "--cc";
        implied = true;
        return true;
      case "--no-diff-merges":
        asked.merges = "none";
        return true;
      case "--diff-merges": {
        const how = value();
        const ways: Record<string, Asked["merges"]> = { off: "none", none: "none", on: "separate", m: "separate", separate: "separate", "first-parent": "first", 1: "first", combined: "combined", c: "combined", "dense-combined": "combined", cc: "combined" };
        asked.merges = ways[how] ?? fail(`unknown value for --diff-merges: ${how}`);
        asked.dense = how !== "combined" && how !== "c";
        implied = asked.merges !== "none";
        return true;
      }
      case "--reverse":
        asked.walk.reverse = true;
        return true;
      case "--topo-order":
        asked.walk.topo = true;
        return true;
      case "--date-order":
      case "--author-date-order":
        asked.walk.topo = true;
        asked.walk.dated = name === "--date-order" ? "committer" : "author";
        return true;
      case "--full-history":
        asked.walk.full = true;
        return true;
      case "--simplify-merges":
      case "--sparse":
      case "--boundary":
      case "--cherry-pick":
      case "--cherry-mark":
      case "--cherry":
        return fail(`${name} is not supported here`);
      case "--left-only":
      case "--right-only":
        asked.walk.side = name === "--left-only" ? "left" : "right";
        return true;
      case "--no-show-signature":
      case "--show-signature":
      case "--no-notes":
      case "--notes":
      case "--encoding":
      case "--no-mailmap":
      case "--mailmap":
      case "--use-mailmap":
      case "--root":
      case "-r":
      case "--ignore-missing":
        return true;
      case "--graph":
        asked.graph = asked.walk.topo = asked.walk.ancestry = true;
        return true;
      case "--no-graph":
        asked.graph = asked.walk.ancestry = false;
        return true;
      case "--decorate":
        asked.decorate = equals > 0 ? a.slice(equals + 1) : "short";
        return true;
      case "--no-decorate":
        asked.decorate = "no";
        return true;
      case "--follow":
        asked.walk.follow = true;
        return true;
      case "-g":
      case "--walk-reflogs":
        asked.reflog = true;
        return true;
      case "--left-right":
        asked.format.left = new Set();
        return true;
      case "--not":
        negated = !negated;
        return true;
      case "--all":
        (negated ? asked.none : asked.all).push("refs/", "HEAD");
        return true;
      case "--branches":
      case "--tags":
      case "--remotes":
        (negated ? asked.none : asked.all).push(`refs/${{ "--branches": "heads", "--tags": "tags", "--remotes": "remotes" }[name]}/`);
        return true;
      case "-S":
      case "-G":
        asked.walk.pickaxe = pickaxe(name, next());
        if (!args.includes("--pickaxe-all")) asked.diff.pickaxe = asked.walk.pickaxe;
        return true;
      case "--pickaxe-all":
        return true;
      case "--count":
      case "--objects":
      case "--no-walk":
      case "--quiet":
      case "--timestamp":
        rest.add(name.slice(2));
        return true;
      case "-q":
        return true;
      case "-L":
        lines = true;
        next();
        return true;
    }
    if (/^-[SG]./.test(a)) return other(a.slice(0, 2), () => a.slice(2));
    if (/^-L./.test(a)) {
      lines = true;
      return true;
    }
    return readOption(a, asked.diff, asked.how, next);
  };
  // The words behind --not are those that are left out.
  let flip = false;
  const end = args.indexOf("--");
  const o = parse(args.map((a, n) => {
    if (end >= 0 && n >= end) return a;
    if (a === "--not") flip = !flip;
    return flip && !a.startsWith("-") ? (a.startsWith("^") ? a.slice(1) : `^${a}`) : a;
  }), "", other);
  if (implied && !some(asked.how)) asked.how.patch = true;
  if (lines) fail("-L is not supported here: give the path");
  for (const [what, text] of patterns) asked.walk[what].push(compile(pattern(text, kind), insensitive ? "im" : "m", text));
  return { asked, words: o.words, paths: o.paths, rest };
}

/** apart tells revisions from paths. */
async function apart(repo: Repo, words: string[], paths?: string[]): Promise<{ range: Range; paths: string[]; said: string[] }> {
  const range: Range = { from: [], without: [] };
  const said: string[] = [];
  const left = [...words];
  while (left.length > 0) {
    if (!(await readRange(repo, left[0]!, range))) break;
    said.push(left.shift()!);
  }
  if (paths !== undefined) {
    if (left.length > 0) badRevision(left[0]!);
    return { range, paths, said };
  }
  for (const name of left) {
    if (/[*?[]/.test(name) || name.startsWith(":") || (repo.top !== undefined && stat(resolve(name)))) continue;
    await repo.need(name);
    badRevision(name);
  }
  return { range, paths: left, said };
}

/** addRefs begins at all references below some prefixes. */
async function addRefs(repo: Repo, { all, none }: Asked, range: Range) {
  for (const [prefix, to] of [...all.map((p) => [p, range.from] as const), ...none.map((p) => [p, range.without] as const)]) {
    for (const oid of prefix === "HEAD" ? (repo.head ? [repo.head] : []) : repo.refs(prefix).map((r) => r.oid)) {
      const peeled = await repo.objects.peel(oid);
      if (peeled.kind === "commit") to.push(peeled.oid);
    }
  }
}

export async function log(args: string[], repo: Repo): Promise<number> {
  const { asked, words, paths: given, rest } = readLog(repo, args);
  const { range, paths, said } = await apart(repo, words, given);
  if (asked.reflog) return entries(repo, asked, words[0] ?? "HEAD");
  await addRefs(repo, asked, range);
  if (range.from.length === 0 && asked.all.length + asked.none.length === 0 && (said.length === 0 || range.without.length > 0)) {
    if (!repo.head) fail(`your current branch '${repo.branch ?? "HEAD"}' does not have any commits yet`);
    range.from.push(repo.head);
  }
  if (asked.format.left) asked.format.left = range.left ?? new Set();
  const some = new Paths(repo, paths);
  asked.walk.paths = some;
  if (asked.walk.follow && some.named.length !== 1) fail("--follow requires exactly one pathspec");
  await decorate(repo, asked);
  const list = await commits(repo, range, asked, rest);
  const print = new Printer(repo, asked, new Paths(repo, asked.walk.follow ? [] : paths));
  for (const found of list) await print.commit(found);
  return 0;
}

/** commits lists those of a range, or only those named. */
async function commits(repo: Repo, range: Range, asked: Asked, rest: Set<string>): Promise<Found[]> {
  if (!rest.has("no-walk")) return walk(repo, range, asked.walk);
  const list = await Promise.all(range.from.map(async (oid) => ({ commit: await repo.objects.commit(oid), parents: [] })));
  return list.sort((a, b) => b.commit.committer.time - a.commit.committer.time);
}

/** decorate finds the names of commits, if they are shown. */
async function decorate(repo: Repo, { decorate, format }: Asked) {
  if (/%[+ -]?[dD]/.test(format.format) || (decorate !== "" && decorate !== "no" && decorate !== "auto")) format.names = await decorations(repo, decorate === "full");
}

/** Printer writes one commit after the other, in a format, with its changes and the graph. */
class Printer {
  private readonly graph?: Graph;
  private readonly bare: boolean; // nothing of a commit is shown
  private readonly ends: boolean; // a line's end behind each, rather than between them
  private first = true;
  private open = false; // the last text had no line's end

  constructor(
    private readonly repo: Repo,
    private readonly asked: Asked,
    private readonly paths: Paths,
  ) {
    const { format } = asked.format;
    if (asked.graph) this.graph = new Graph();
    this.bare = format === "format:" || format === "tformat:";
    this.ends = format === "oneline" || format === "reference" || (isCustom(format) && !format.startsWith("format:"));
  }

  async commit(found: Found) {
    const { commit, parents, change, entry } = found;
    const { graph } = this;
    const { format } = this.asked;
    const mark = format.left ? (format.left.has(commit.oid) ? "<" : ">") : "*";
    graph?.begin(commit.oid, parents, mark);
    const list = await this.changes(commit, change);
    format.entry = entry;
    if (list.length === 0) out(await this.head(commit));
    for (const { from, text, merge } of list) {
      out(await this.head(commit, from));
      if (text === "" && !merge) continue;
      const { how } = this.asked;
      let whole = text;
      if (!this.bare && (merge || format.format !== "oneline")) whole = `${how.patch && how.stat && !merge ? "---" : ""}\n${text}`;
      out(graph ? graph.padded(whole) : whole);
    }
  }

  /** separate writes an empty line, if something came before. */
  separate() {
    if (!this.first) out("\n");
    this.first = false;
  }

  /** head writes what stands above a commit's changes, those from one parent if that is said. */
  private async head(commit: Commit, from?: string): Promise<string> {
    const { graph } = this;
    let text = await showCommit(this.repo, commit, this.asked.graph ? { ...this.asked.format, unmarked: true, from } : { ...this.asked.format, from });
    const fixed = !isCustom(this.asked.format.format) && !this.ends;
    if (fixed) text = `${text.trimEnd()}\n`;
    let result = "";
    if (!this.first && !this.ends) result += `${graph && !this.open ? graph.padding() : ""}\n`;
    this.first = false;
    this.open = !text.endsWith("\n");
    result += graph ? graph.commit() + graph.message(text) : text;
    if (this.ends && !this.bare) result += `${graph && !this.open ? graph.padding() : ""}\n`;
    return result;
  }

  /** changes gives the changes that are shown of a commit: of a merge perhaps from each parent. */
  private async changes(commit: Commit, change?: Pair): Promise<{ from?: string; text: string; merge?: boolean }[]> {
    const { repo, asked, paths } = this;
    const { diff, merges } = asked;
    if (!some(asked.how)) return [];
    // The graph takes of the width, if that was not asked for.
    const how = this.graph && asked.how.width === silent.width ? { ...asked.how, width: silent.width - this.graph.width } : asked.how;
    const parents = await repo.parents(commit.oid);
    if (change) return [{ text: await present(repo, [change], diff, how) }];
    const wanted = paths.all ? undefined : paths.has;
    if (parents.length > 1 && merges === "combined") return [{ text: await combined(repo, commit, { ...asked, how }, wanted), merge: true }];
    const from = async (parent?: string) => present(repo, await changedTrees(repo, parent && (await repo.objects.commit(parent)).tree, commit.tree, wanted), diff, how);
    if (parents.length < 2 || merges === "first") return [{ text: await from(parents[0]) }];
    if (merges === "" || merges === "none") return [];
    const list: { from: string; text: string }[] = [];
    for (const parent of asked.walk.first ? parents.slice(0, 1) : parents) {
      const text = await from(parent);
      if (text !== "") list.push({ from: parent, text });
    }
    return list;
  }
}

export async function show(args: string[], repo: Repo): Promise<number> {
  const { asked, words, paths: given } = readLog(repo, args);
  const names = [...words];
  let paths = given;
  if (paths === undefined) {
    let n = 0;
    while (n < names.length && (names[n]!.includes("..") || (await repo.resolve(names[n]!)) !== undefined || !stat(resolve(names[n]!)))) n++;
    paths = names.splice(n);
  }
  if (names.length === 0) names.push("HEAD");
  const quiet = args.includes("-s") || args.includes("--no-patch");
  if (!some(asked.how) && !quiet) asked.how.patch = true;
  asked.merges ||= "combined";
  await decorate(repo, asked);
  const print = new Printer(repo, asked, new Paths(repo, paths));
  const shown = new Set<string>();
  for (const name of names) {
    if (name.includes("..") || /\^(!|@|-\d*)$/.test(name)) {
      const range: Range = { from: [], without: [] };
      if (!(await readRange(repo, name, range))) await repo.need(name);
      for (const found of await walk(repo, range, asked.walk)) await print.commit(found);
      continue;
    }
    if (name === "HEAD" && !repo.head) fail(`your current branch '${repo.branch}' does not have any commits yet`);
    const oid = await repo.resolve(name);
    if (!oid) {
      await repo.need(name);
      continue;
    }
    let at = oid;
    let object = await repo.objects.read(at);
    while (object.kind === "tag") {
      const text = object.data.toString();
      const tagger = /^tagger (.*?) <([^>]*)> (\d+) ([+-]\d{4})$/m.exec(text);
      print.separate();
      const { format, date } = asked.format;
      const wide = format === "fuller" ? "    " : "";
      let head = `tag ${/^tag (.*)$/m.exec(text)?.[1]}\n`;
      if (tagger && format !== "oneline") head += `Tagger: ${wide}${tagger[1]} <${tagger[2]}>\n`;
      if (tagger && (format === "medium" || wide)) head += `${wide ? "TaggerDate: " : "Date:   "}${showDate({ time: Number(tagger[3]), zone: tagger[4]! }, date)}\n`;
      out(`${head}\n${text.slice(text.indexOf("\n\n") + 2)}`);
      at = text.slice(7, 47);
      object = await repo.objects.read(at);
    }
    if (object.kind === "blob") process.stdout.write(object.data);
    else if (object.kind === "tree") {
      print.separate();
      out(`tree ${name}\n\n`);
      for (const e of await repo.objects.tree(at)) out(`${e.name}${e.mode === FOLDER ? "/" : ""}\n`);
    } else if (!shown.has(at)) {
      shown.add(at);
      await print.commit({ commit: await repo.objects.commit(at), parents: [] });
    }
  }
  return 0;
}

/** combined shows what a merge made of files that no parent has so. */
async function combined(repo: Repo, c: Commit, asked: Pick<Asked, "diff" | "how" | "dense">, wanted?: (path: string) => boolean): Promise<string> {
  const { diff: o, how } = asked;
  const changes = await Promise.all(c.parents.map(async (p) => changedTrees(repo, (await repo.objects.commit(p)).tree, c.tree, wanted)));
  let text = await present(repo, changes[0]!, o, { ...silent, stat: how.stat, shortstat: how.shortstat, numstat: how.numstat, summary: how.summary, width: how.width });
  const list = intersect(await Promise.all(changes.map((l) => renamed(l, o.renames))));
  const name = (path: string) => (how.end === "\0" ? path : quote(path));
  for (const m of list) {
    if (how.raw) text += `${":".repeat(m.parents.length)}${[...m.parents, m.now].map((v) => (v?.mode ?? 0).toString(8).padStart(6, "0")).join(" ")} ${[...m.parents, m.now].map((v) => (how.whole ? (v?.oid ?? ZERO) : v ? repo.short(v.oid) : ZERO.slice(0, 7))).join(" ")} `;
    if (how.raw || how.statuses) text += `${m.statuses}\t`;
    if (how.raw || how.statuses || how.names) text += name(m.path) + how.end;
  }
  if (!how.patch) return text;
  if (text !== "" && list.length > 0) text += "\n";
  for (const m of list) text += await combine(repo, m, o, asked.dense);
  return text;
}

// Diff.

export async function diff(args: string[], repo?: Repo): Promise<number> {
  const o: DiffOptions = { ...plain };
  const how: Output = { ...silent };
  let quiet = false;
  let exit = false;
  let check = false;
  const known = parse(args, "--output=, --cached --staged, --no-index, --merge-base, -c, --cc, -q --quiet, --exit-code, --check, -1 --base, -2 --ours, -3 --theirs", (a, next) => readOption(a, o, how, next));
  quiet = known.has("quiet");
  exit = known.has("exit-code") || quiet;
  check = known.has("check");
  const silenced = args.includes("-s") || args.includes("--no-patch");
  if (!silenced && !some(how) && !quiet && !check) how.patch = true;
  if (known.has("no-index") || !repo) return noIndex([...known.words, ...(known.paths ?? [])], o, how, repo, quiet);
  if (repo.setting("diff.renames") === "false" && !args.some((a) => a.startsWith("-M"))) o.renames = 0;
  const words = [...known.words];
  const cached = known.has("staged");
  const trees: string[] = [];
  while (words.length > 0 && trees.length < 2) {
    const word = words[0]!;
    const range = /^(.*?)(\.{2,3})(.*)$/.exec(word);
    if (range && !/^\.{1,2}(\/|$)/.test(word)) {
      const a = await repo.resolve(range[1] || "HEAD");
      const b = await repo.resolve(range[3] || "HEAD");
      if (!a || !b) break;
      if (range[2] === "...") trees.push(await repo.objects.treeOf((await repo.bases((await repo.objects.peel(a)).oid, (await repo.objects.peel(b)).oid))[0] ?? fail(`${word}: no merge base`)));
      else trees.push(await repo.objects.treeOf(a));
      trees.push(await repo.objects.treeOf(b));
    } else {
      const own = /^(.+)\^!$/.exec(word);
      if (own && (await repo.resolve(own[1]!)) !== undefined) {
        const c = await repo.commitOf(own[1]!);
        trees.push(c.parents[0] ? (await repo.objects.commit(c.parents[0])).tree : EMPTY_TREE, c.tree);
        words.shift();
        continue;
      }
      const oid = await repo.resolve(word);
      if (!oid) break;
      const object = await repo.objects.read(oid);
      if (object.kind === "blob") {
        const other = words[1] === undefined ? undefined : await repo.resolve(words[1]);
        if (!other) break;
        const side = (text: string, id: string): Side => ({ path: text.replace(/^[^:]*:/, ""), mode: FILE, oid: id, read: () => repo.objects.blob(id) });
        const list: Pair[] = oid === other ? [] : [{ old: side(word, oid), now: side(words[1]!, other), status: "M" }];
        out(await present(repo, list, { ...o, renames: 0 }, how));
        return exit && list.length > 0 ? 1 : 0;
      }
      trees.push(await repo.objects.treeOf(oid));
    }
    words.shift();
  }
  if (known.paths === undefined) {
    for (const word of words) if (!/[*?[]/.test(word) && !word.startsWith(":") && !stat(resolve(word)) && !new Paths(repo, [word]).named.some((n) => repo.index.has(n))) await repo.need(word);
  }
  const paths = new Paths(repo, [...words, ...(known.paths ?? [])]);
  const { list, conflicts } = await compared(repo, trees, cached, paths.has, known.has("merge-base"));
  let text = "";
  // A file that is not merged is shown against both sides, or else told of and compared with one.
  const stage = known.has("base") ? 1 : known.has("theirs") ? 3 : known.has("ours") || !how.patch ? 2 : 0;
  const found = [...list];
  if (cached || stage > 0) found.push(...conflicts.map((path): Pair => ({ old: { path, mode: 0, oid: ZERO, read: async () => Buffer.alloc(0) }, status: "U" })));
  else for (const path of conflicts) text += await conflicted(repo, path, o);
  if (!cached && stage > 0) {
    const work = new Worktree(repo);
    const there = new Map(conflicts.flatMap((path) => repo.index.list().filter((e) => e.path === path && e.stage === stage).map((e) => [path, e])));
    found.push(...pairs(sides(repo, there, () => true), worktreeSides(work, (path) => there.has(path))));
  }
  found.sort((a, b) => byBytes((a.now ?? a.old)!.path, (b.now ?? b.old)!.path));
  if (check) return checkSpace(found);
  const file = known.get("output");
  if (file !== undefined) fs.writeFileSync(resolve(file), encode(text + (await present(repo, found, o, how))));
  else if (!quiet) out(text + (await present(repo, found, o, how)));
  if (exit && !quiet && (o.space !== "" || o.blank)) for (const pair of [...found]) if ((await patch(pair, o)).same) found.splice(found.indexOf(pair), 1);
  return exit && found.length + conflicts.length > 0 ? 1 : 0;
}

/** compared finds what diff compares: two trees, a tree with the index or the files, or the index with the files. */
async function compared(repo: Repo, trees: string[], cached: boolean, wanted: (path: string) => boolean, base: boolean): Promise<{ list: Pair[]; conflicts: string[] }> {
  if (base && trees.length === 2) return fail("--merge-base is not supported here: use A...B");
  if (trees.length === 2) return { list: await changedTrees(repo, trees[0], trees[1], wanted), conflicts: [] };
  if (base && trees[0]) fail("--merge-base is not supported here: use A...B");
  const conflicts = repo.index.conflicts().filter(wanted);
  const clear = (path: string) => wanted(path) && !conflicts.includes(path);
  const from = trees[0] ?? (cached ? ((await repo.headTree()) ?? EMPTY_TREE) : undefined);
  if (cached) return { list: pairs(sides(repo, await repo.objects.files(from!), clear), sides(repo, indexFiles(repo), wanted)), conflicts };
  const work = new Worktree(repo);
  work.refresh();
  if (from !== undefined) return { list: pairs(sides(repo, await repo.objects.files(from), wanted), worktreeSides(work, wanted)), conflicts: [] };
  return { list: pairs(sides(repo, indexFiles(repo), wanted), worktreeSides(work, clear)), conflicts };
}

/** conflicted shows a file that is not merged against both sides. */
async function conflicted(repo: Repo, path: string, o: DiffOptions): Promise<string> {
  const file = `${repo.work}/${path}`;
  const parents = [2, 3].map((stage): Side | undefined => {
    const e = repo.index.get(path, stage);
    return e && { path, mode: e.mode, oid: e.oid, read: () => repo.objects.blob(e.oid) };
  });
  if (!parents[0] || !parents[1] || !stat(file)) return `* Unmerged path ${quote(path)}\n`;
  const data = content(file);
  return combine(repo, { path, parents, statuses: "MM", now: { path, mode: parents[0].mode, oid: hash("blob", data), read: async () => data } }, o, true, true);
}

async function checkSpace(list: Pair[]): Promise<number> {
  let status = 0;
  for (const pair of list) {
    const p = await patch(pair, plain);
    for (const c of p.changes) {
      for (let k = c.b; k < c.B; k++) {
        const line = p.now[k]!.replace(/\n$/, "");
        const why = /[ \t]+$/.test(line) ? "trailing whitespace." : /^\t* +\t/.test(line) ? "space before tab in indent." : /^(<{7}|={7}|>{7})( |$)/.test(line) ? "leftover conflict marker" : "";
        if (!why) continue;
        status = 2;
        out(`${pair.now!.path}:${k + 1}: ${why}\n${why.startsWith("leftover") ? "" : `+${line}\n`}`);
      }
    }
    const solid = (lines: string[]) => lines.findLastIndex((l) => l.trim() !== "") + 1;
    if (p.now.length - solid(p.now) > p.old.length - solid(p.old)) {
      status = 2;
      out(`${pair.now!.path}:${solid(p.now) + 1}: new blank line at EOF.\n`);
    }
  }
  return status;
}

async function noIndex(words: string[], o: DiffOptions, how: Output, repo: Repo | undefined, quiet: boolean): Promise<number> {
  if (words.length !== 2) throw new Failure("usage: git diff --no-index [<options>] <path> <path>", 129, "");
  const side = (name: string): Side | undefined => {
    if (name === "/dev/null") return undefined;
    const data = name === "-" ? readStdin() : stat(resolve(name)) ? content(resolve(name)) : fail(`Could not access '${name}'`);
    return { path: name, mode: FILE, oid: hash("blob", data), read: async () => data };
  };
  const list: Pair[] = [];
  const [x, y] = words as [string, string];
  const folders = words.every((w) => fs.statSync(w, { throwIfNoEntry: false })?.isDirectory());
  const below = (dir: string): string[] => (fs.readdirSync(dir, { recursive: true, withFileTypes: true }) as fs.Dirent[]).filter((e) => !e.isDirectory()).map((e) => relative(dir, `${e.parentPath}/${e.name}`));
  for (const name of folders ? [...new Set([...below(x), ...below(y)])].sort() : [""]) {
    const [l, r] = folders ? [`${x}/${name}`, `${y}/${name}`] : [x, y];
    const a = !folders || stat(l) ? side(l) : undefined;
    const b = !folders || stat(r) ? side(r) : undefined;
    if (a?.oid !== b?.oid) list.push({ old: a, now: b, status: !a ? "A" : !b ? "D" : "M" });
  }
  const fake = (repo ?? { short: (oid: string) => oid.slice(0, 7) }) as Repo;
  if (!quiet) out(await present(fake, list, { ...o, renames: 0 }, how));
  return list.length > 0 ? 1 : 0;
}

/** diffTree and its like are diff for programs. */
export async function diffTree(args: string[], repo: Repo): Promise<number> {
  const o: DiffOptions = { ...plain, renames: 0 };
  const how: Output = { ...silent, whole: true };
  const known = parse(args, "-r, -t, --root, --no-commit-id, --cached, -v, --pretty?, -c, --cc, -m, --quiet, --exit-code, --stdin", (a, next) => readOption(a, o, how, next));
  if (!some(how)) how[known.has("cc") ? "patch" : "raw"] = true;
  const [a, b, ...rest] = known.words;
  const paths = new Paths(repo, [...rest, ...(known.paths ?? [])]);
  const deep = known.has("r") || !paths.all || how.patch || how.stat || how.shortstat || how.numstat || how.summary;
  const top = async (tree?: string) => sides(repo, new Map((tree ? await repo.objects.tree(tree) : []).map((e) => [e.name, e])), () => true);
  const compared = async (x: string | undefined, y: string) => (deep ? changedTrees(repo, x, y, paths.has) : pairs(await top(x), await top(y)));
  const lists: Pair[][] = [];
  if (b !== undefined) lists.push(await compared(await repo.objects.treeOf(await repo.need(a!)), await repo.objects.treeOf(await repo.need(b))));
  else {
    const c = await repo.commitOf(a ?? "HEAD");
    const trees = await Promise.all((await repo.parents(c.oid)).map(async (p) => (await repo.objects.commit(p)).tree));
    const name = known.has("no-commit-id") ? "" : `${c.oid}\n`;
    if (trees.length > 1 && (known.has("c") || known.has("cc"))) {
      out(name + (await combined(repo, c, { diff: o, how, dense: known.has("cc") }, paths.has)));
      return 0;
    }
    if (trees.length === 0 && known.has("root")) lists.push(await compared(undefined, c.tree));
    if (trees.length === 1 || known.has("m")) for (const tree of trees) lists.push(await compared(tree, c.tree));
    for (const list of lists) if (list.length > 0) out(name + (await present(repo, list, o, how)));
    return known.has("exit-code") && lists.some((l) => l.length > 0) ? 1 : 0;
  }
  for (const list of lists) out(await present(repo, list, o, how));
  return known.has("exit-code") && lists.some((l) => l.length > 0) ? 1 : 0;
}

export async function diffIndex(args: string[], repo: Repo, files: boolean): Promise<number> {
  const o: DiffOptions = { ...plain, renames: 0 };
  const how: Output = { ...silent, whole: true };
  const known = parse(args, "--cached, --quiet, --exit-code, -m, -q", (a, next) => readOption(a, o, how, next));
  if (!some(how)) how.raw = true;
  const words = [...known.words];
  const trees = files ? [] : [await repo.objects.treeOf(await repo.need(words.shift() ?? fail("usage: git diff-index <tree-ish>")))];
  const paths = new Paths(repo, [...words, ...(known.paths ?? [])]);
  const { list, conflicts } = await compared(repo, trees, known.has("cached"), paths.has, false);
  if (!known.has("quiet")) out(await present(repo, list, o, how));
  return (known.has("quiet") || known.has("exit-code")) && list.length + conflicts.length > 0 ? 1 : 0;
}

export async function revList(args: string[], repo: Repo): Promise<number> {
  const { asked, words, paths: given, rest } = readLog(repo, args);
  const { range, paths } = await apart(repo, words, given);
  await addRefs(repo, asked, range);
  if (range.from.length === 0 && asked.all.length === 0) throw new Failure("usage: git rev-list [<options>] <commit>... [--] [<path>...]", 129, "");
  asked.walk.paths = new Paths(repo, paths);
  if (!asked.dated) asked.format.date = "default";
  const list = await commits(repo, range, asked, rest);
  if (rest.has("count")) {
    const left = range.left;
    out(asked.format.left && left ? `${list.filter((w) => left.has(w.commit.oid)).length}\t${list.filter((w) => !left.has(w.commit.oid)).length}\n` : `${list.length}\n`);
    return 0;
  }
  if (rest.has("quiet")) return 0;
  const seen = new Set<string>();
  for (const { commit, parents } of list) {
    const mark = asked.format.left && range.left ? (range.left.has(commit.oid) ? "<" : ">") : "";
    const line = `${mark}${asked.format.abbrev ? repo.short(commit.oid) : commit.oid}${asked.format.parents ? parents.map((p) => ` ${p}`).join("") : ""}`;
    const text = asked.chosen ? await showCommit(repo, commit, { ...asked.format, unmarked: true }) : "";
    const { format } = asked.format;
    if (!asked.chosen) out(`${rest.has("timestamp") ? `${commit.committer.time} ` : ""}${line}\n`);
    else if (format === "oneline") out(`${line} ${subject(commit.message)}\n`);
    else if (isCustom(format) || format === "reference") out(`commit ${line}\n${text === "" ? "" : `${text}\n`}`);
    else out(`commit ${line}${text.slice(text.indexOf("\n")).trimEnd()}\n\n`);
  }
  if (rest.has("objects")) {
    const go = async (oid: string, path: string) => {
      if (seen.has(oid)) return;
      seen.add(oid);
      out(`${oid} ${path}\n`);
      for (const e of await repo.objects.tree(oid)) {
        const below = path ? `${path}/${e.name}` : e.name;
        if (e.mode === FOLDER) await go(e.oid, below);
        else if (!seen.has(e.oid)) {
          seen.add(e.oid);
          out(`${e.oid} ${below}\n`);
        }
      }
    };
    for (const { commit } of list) await go(commit.tree, "");
  }
  return 0;
}

export async function reflog(args: string[], repo: Repo): Promise<number> {
  const verb = ["show", "expire", "delete", "exists", "list"].includes(args[0] ?? "") ? args[0] : undefined;
  const { asked, words } = readLog(repo, verb ? args.slice(1) : args);
  const name = words[0] ?? "HEAD";
  if (verb === "exists") return repo.text(`logs/${name}`) === undefined ? 1 : 0;
  const full = repo.full(name) ?? fail(`ambiguous argument '${name}': unknown revision or path not in the working tree.`);
  if (verb === "expire" || verb === "delete") {
    if (verb === "expire") repo.drop(`logs/${full}`);
    return 0;
  }
  if (!asked.chosen) asked.format.format = "oneline";
  if (!asked.chosen) asked.format.abbrev = true;
  return entries(repo, asked, name);
}

/** entries shows the log of a reference. */
async function entries(repo: Repo, asked: Asked, name: string): Promise<number> {
  const full = repo.full(name) ?? fail(`ambiguous argument '${name}': unknown revision or path not in the working tree.`);
  await decorate(repo, asked);
  const print = new Printer(repo, asked, new Paths(repo, []));
  const list = repo.log(full).map((e, n) => ({ to: e.to, n, who: parsePerson(e.who), why: e.why }));
  for (const { to, n, who, why } of list.slice(asked.walk.skip, asked.walk.skip + asked.walk.most)) {
    const selector = `${name}@{${asked.dated ? showDate(who, asked.format.date) : n}}`;
    await print.commit({ commit: await repo.objects.commit(to), parents: [], entry: { selector, who, why } });
  }
  return 0;
}

export async function shortlog(args: string[], repo: Repo): Promise<number> {
  const flags = new Set<string>();
  const rest = args.filter((a) => {
    if (/^-[nsec]+$/.test(a)) for (const c of a.slice(1)) flags.add(c);
    else if (/^--(numbered|summary|email|committer)$/.test(a)) flags.add(a[2]!);
    else return true;
    return false;
  });
  const { asked, words, paths: given } = readLog(repo, rest);
  const { range, paths } = await apart(repo, words, given);
  await addRefs(repo, asked, range);
  const by = new Map<string, string[]>();
  const add = (p: { name: string; email: string }, text: string) => {
    const who = flags.has("e") ? `${p.name} <${p.email}>` : p.name;
    by.set(who, [...(by.get(who) ?? []), text]);
  };
  if (range.from.length === 0 && asked.all.length === 0 && !process.stdin.isTTY) {
    // As git's, it then reads what log prints.
    const role = flags.has("c") ? "(?:Commit|committer)" : "(?:Author|author)";
    for (const [, name, email, text] of readStdin().toString().matchAll(new RegExp(`^${role}: *(.*?) *<(.*?)>.*\\n(?:.+\\n)*\\n+(.*)`, "gm"))) add({ name: name!, email: email! }, text!.trim());
    for (const list of by.values()) list.reverse();
  } else {
    if (range.from.length === 0) range.from.push(repo.head ?? fail("there is no commit"));
    asked.walk.paths = new Paths(repo, paths);
    const custom = isCustom(asked.format.format);
    for (const { commit } of await walk(repo, range, { ...asked.walk, reverse: true })) add(flags.has("c") ? commit.committer : commit.author, custom ? await showCommit(repo, commit, asked.format) : subject(commit.message).trim());
  }
  const rows = [...by].sort((a, b) => (flags.has("n") && b[1].length !== a[1].length ? b[1].length - a[1].length : byBytes(a[0], b[0])));
  for (const [who, list] of rows) out(flags.has("s") ? `${String(list.length).padStart(6)}\t${who}\n` : `${who} (${list.length}):\n${list.map((s) => `      ${s}\n`).join("")}\n`);
  return 0;
}

export async function blame(args: string[], repo: Repo): Promise<number> {
  const o = parse(args, "-L=, -l, -t, -s, -e --show-email, -f --show-name, -n --show-number, -p --porcelain, --line-porcelain, -w, -M?, -C?, --date=, --root, -b, --abbrev=, -c, --since=, --color-lines, --progress");
  const words = [...o.words, ...(o.paths ?? [])];
  const name = words.pop() ?? fail("usage: git blame [<options>] [<rev>] [--] <file>");
  const path = repo.local(name);
  const start = words[0] === undefined ? repo.head : (await repo.commitOf(words[0])).oid;
  if (!start) fail(`no such path '${path}' in HEAD`);
  type Line = { at: number; oid: string; path: string; line: number };
  const entry = await repo.objects.entry((await repo.objects.commit(start)).tree, path);
  const here = words[0] === undefined ? stat(`${repo.work}/${path}`) : undefined;
  if (!entry && !(here && repo.index.has(path))) fail(`no such path '${path}' in ${words[0] ?? "HEAD"}`);
  const final = split(decode(here ? content(`${repo.work}/${path}`) : await repo.objects.blob(entry!.oid)));
  const done: Line[] = [];
  const NONE = "0".repeat(40);
  const texts = new Map<string, string[]>();
  const read = async (oid: string) => {
    const known = texts.get(oid);
    if (known) return known;
    const lines = split(decode(await repo.objects.blob(oid)));
    texts.set(oid, lines);
    return lines;
  };
  // pass hands lines on to a version before, where it has them.
  const pass = (old: string[], now: string[], lines: { at: number; line: number }[]) => {
    const map = new Int32Array(now.length).fill(-1);
    let i = 0;
    let j = 0;
    for (const c of [...compare(old, now, o.has("w") ? (l) => l.replace(/\s+/g, "") : undefined), { a: old.length, A: 0, b: now.length, B: 0 }]) {
      while (j < c.b) map[j++] = i++;
      i = c.A;
      j = c.B;
    }
    const passed: typeof lines = [];
    const kept: typeof lines = [];
    for (const l of lines) (map[l.line]! >= 0 ? passed.push({ at: l.at, line: map[l.line]! }) : kept.push(l));
    return { passed, kept };
  };
  const previous = new Map<string, string>(); // what the version before a commit's is
  let pending = new Map<string, { path: string; lines: { at: number; line: number }[] }>();
  let lines = final.map((_, at) => ({ at, line: at }));
  if (here) {
    const { passed, kept } = pass(entry ? await read(entry.oid) : [], final, lines);
    for (const l of kept) done.push({ at: l.at, oid: NONE, path, line: l.line });
    lines = passed;
  }
  if (entry) pending.set(start, { path, lines });
  for (const { commit } of entry ? await walk(repo, { from: [start], without: [] }, { ...everything, topo: true }) : []) {
    const item = pending.get(commit.oid);
    if (!item) continue;
    pending.delete(commit.oid);
    const mine = await read((await repo.objects.entry(commit.tree, item.path))!.oid);
    let left = item.lines;
    for (const parent of await repo.parents(commit.oid)) {
      if (left.length === 0) break;
      const tree = (await repo.objects.commit(parent)).tree;
      let from = item.path;
      let there = await repo.objects.entry(tree, from);
      if (!there) {
        const { renamed } = await import("./diff.ts");
        const move = (await renamed(await changedTrees(repo, tree, commit.tree), 50)).find((p) => p.status === "R" && p.now!.path === item.path);
        if (!move) continue;
        from = move.old!.path;
        there = await repo.objects.entry(tree, from);
      }
      if (!previous.has(commit.oid + item.path)) previous.set(commit.oid + item.path, `${parent} ${from}`);
      const { passed, kept } = pass(await read(there!.oid), mine, left);
      if (passed.length > 0) {
        const known = pending.get(parent);
        if (known) known.lines.push(...passed);
        else pending.set(parent, { path: from, lines: passed });
      }
      left = kept;
    }
    for (const l of left) done.push({ at: l.at, oid: commit.oid, path: item.path, line: l.line });
  }
  done.sort((a, b) => a.at - b.at);
  const wanted = new Set<number>();
  let ended = 0; // where the range before does
  for (const range of o.all("L")) {
    const [, from = "", to = ""] = /^((?:\/(?:[^/\\]|\\.)*\/|[^,]*))(?:,(.*))?$/.exec(range)!;
    if (from.startsWith(":")) fail("-L with the name of a function is not supported here");
    const find = (text: string, after: number) => {
      const source = /^\/(.*)\/$/.exec(text)?.[1];
      if (source === undefined) return /^\d+$/.test(text) ? Number(text) : fail(`-L argument '${range}' is not a range of lines`);
      const re = compile(pattern(source, "basic"), "", source);
      const at = final.findIndex((l, i) => i >= after && re.test(l.replace(/\n$/, "")));
      return at < 0 ? fail(`-L parameter '${source}' starting at line ${after + 1}: No match`) : at + 1;
    };
    let first = from === "" ? 0 : find(from, ended) - 1;
    let last = to === "" ? final.length : /^[+-]/.test(to) ? first + Number(to.slice(1)) : find(to, first + 1);
    if (to.startsWith("-")) [first, last] = [Math.max(first - Number(to.slice(1)) + 1, 0), first + 1];
    if (first >= final.length || first < 0) fail(`file ${path} has only ${final.length} line${final.length === 1 ? "" : "s"}`);
    ended = Math.min(Math.max(first + 1, last), final.length);
    for (let k = Math.min(first, last); k < ended; k++) wanted.add(k);
  }
  const shown = o.has("L") ? done.filter((l) => wanted.has(l.at)) : done;
  const info = async (oid: string) => (oid === NONE ? undefined : repo.objects.commit(oid));
  if (o.has("porcelain") || o.has("line-porcelain")) {
    const seen = new Set<string>();
    for (const [i, l] of shown.entries()) {
      const c = await info(l.oid);
      const group = i > 0 && shown[i - 1]!.oid === l.oid && shown[i - 1]!.line === l.line - 1;
      let size = 1;
      while (!group && shown[i + size]?.oid === l.oid && shown[i + size]!.line === l.line + size) size++;
      out(`${l.oid} ${l.line + 1} ${l.at + 1}${group ? "" : ` ${size}`}\n`);
      if (!seen.has(l.oid) || o.has("line-porcelain")) {
        seen.add(l.oid);
        const p = (role: string, w?: { name: string; email: string; time: number; zone: string }) => `${role} ${w?.name ?? "Not Committed Yet"}\n${role}-mail <${w?.email ?? "not.committed.yet"}>\n${role}-time ${w?.time ?? Math.floor(Date.now() / 1000)}\n${role}-tz ${w?.zone ?? "+0000"}\n`;
        out(`${p("author", c?.author)}${p("committer", c?.committer)}summary ${c ? subject(c.message) : `Version of ${path} from ${path}`}\n${c && c.parents.length === 0 ? "boundary\n" : ""}${l.oid === NONE ? (entry ? `previous ${start} ${path}\n` : "") : previous.has(l.oid + l.path) ? `previous ${previous.get(l.oid + l.path)}\n` : ""}filename ${l.path}\n`);
      }
      out(`\t${final[l.at]!.endsWith("\n") ? final[l.at] : `${final[l.at]}\n`}`);
    }
    return 0;
  }
  const commits = new Map<string, Commit | undefined>();
  for (const l of shown) if (!commits.has(l.oid)) commits.set(l.oid, await info(l.oid));
  const who = (oid: string) => (o.has("show-email") ? `<${commits.get(oid)?.author.email ?? "not.committed.yet"}>` : (commits.get(oid)?.author.name ?? "Not Committed Yet"));
  const width = Math.max(0, ...shown.map((l) => [...who(l.oid)].length));
  const digits = String(Math.max(0, ...shown.map((l) => l.at + 1))).length;
  const renamedAny = o.has("show-name") || shown.some((l) => l.path !== path);
  const names = Math.max(0, ...shown.map((l) => l.path.length));
  for (const l of shown) {
    const c = commits.get(l.oid);
    const root = c && c.parents.length === 0 && !o.has("root");
    const length = o.has("l") ? 40 : o.get("abbrev") === undefined ? 8 : Number(o.get("abbrev")) + 1;
    const id = root ? `^${l.oid.slice(0, length - 1)}` : l.oid.slice(0, length);
    const date = o.has("t") ? (c ? `${c.author.time} ${c.author.zone}` : `${Math.floor(Date.now() / 1000)} +0000`) : showDate(c?.author ?? { time: Math.floor(Date.now() / 1000), zone: "+0000" }, o.get("date") ?? "iso");
    const meta = o.has("s") ? "" : `${who(l.oid).padEnd(width)} ${date} `;
    if (o.has("c")) {
      out(`${l.oid.slice(0, length)}\t(${who(l.oid).padStart(10)}\t${date.padStart(10)}\t${l.at + 1})${final[l.at]!.replace(/\n?$/, "\n")}`);
      continue;
    }
    const file = renamedAny ? `${l.path.padEnd(names)} ` : "";
    const number = o.has("show-number") ? `${String(l.line + 1).padStart(digits)} ` : "";
    const text = final[l.at]!;
    out(`${id} ${file}${number}${o.has("s") ? "" : "("}${meta}${String(l.at + 1).padStart(digits)}) ${text.endsWith("\n") ? text : `${text}\n`}`);
  }
  return 0;
}

export async function describe(args: string[], repo: Repo): Promise<number> {
  const o = parse(args, "--tags, --all, --long, --always, --abbrev=, --dirty?, --broken?, --match=, --exclude=, --exact-match, --first-parent, --contains, --candidates=");
  if (o.has("contains")) fail("git describe --contains is not supported here: use git name-rev --tags");
  if (o.has("dirty") && o.words.length > 0) fail("option '--dirty' and commit-ishes cannot be used together");
  const target = await repo.commitOf(o.words[0] ?? "HEAD");
  const names = new Map<string, { name: string; weight: number }>();
  const light: string[] = []; // what has a name that counts only with --tags
  const like = (list: string[], name: string) => list.some((g) => new RegExp(`^${glob(g)}$`).test(name));
  for (const r of repo.refs(o.has("all") ? "refs/" : "refs/tags/")) {
    const name = o.has("all") ? r.name.slice(5) : r.name.slice(10);
    const annotated = (await repo.objects.read(r.oid)).kind === "tag";
    if ((o.all("match").length > 0 && !like(o.all("match"), name)) || like(o.all("exclude"), name)) continue;
    const { oid } = await repo.objects.peel(r.oid);
    const weight = annotated ? 2 : 1;
    if (weight < 2 && !o.has("tags") && !o.has("all")) {
      light.push((await repo.objects.peel(r.oid)).oid);
      continue;
    }
    if ((names.get(oid)?.weight ?? 0) < weight) names.set(oid, { name, weight });
  }
  let dirty = "";
  if (o.has("dirty")) {
    const { look } = await import("./basic.ts");
    const s = await look(repo, "no");
    if (s.staged.length + s.changed.length + s.conflicts.length > 0) dirty = o.get("dirty") || "-dirty";
  }
  const length = o.get("abbrev") === undefined ? 7 : Number(o.get("abbrev"));
  const exact = names.get(target.oid);
  if (exact && !o.has("long")) {
    out(`${exact.name}${dirty}\n`);
    return 0;
  }
  if (!o.has("exact-match")) {
    for (const { commit } of await walk(repo, { from: [target.oid], without: [] }, { ...everything, first: o.has("first-parent") })) {
      const found = names.get(commit.oid);
      if (!found) continue;
      const { ahead } = await repo.distance(target.oid, commit.oid);
      out(length === 0 ? `${found.name}${dirty}\n` : `${found.name}-${ahead}-g${repo.short(target.oid, length)}${dirty}\n`);
      return 0;
    }
  }
  if (o.has("always")) {
    out(`${repo.short(target.oid, length || 7)}${dirty}\n`);
    return 0;
  }
  if (o.has("exact-match")) fail(`no tag exactly matches '${target.oid}'`);
  const before = await repo.ancestors(target.oid);
  if (light.some((oid) => before.has(oid))) fail(`No annotated tags can describe '${target.oid}'.\nHowever, there were unannotated tags: try --tags.`);
  return fail(names.size > 0 ? `No tags can describe '${target.oid}'.\nTry --always, or create some tags.` : "No names found, cannot describe anything.");
}

export async function grep(args: string[], repo: Repo): Promise<number> {
  const o = parse(
    args.map((a) => a.replace(/^-(\d+)$/, "-C$1")),
    "-i --ignore-case, -n --line-number, -l --files-with-matches --name-only, -L --files-without-match, -c --count, -w --word-regexp, -v --invert-match, -E --extended-regexp, -G --basic-regexp, -P --perl-regexp, -F --fixed-strings, -e=, -h, -H, -q --quiet, -o --only-matching, --cached, --untracked, -A --after-context=, -B --before-context=, -C --context=, --heading, --break, -I, -a --text, --color?, --no-color, -z --null, --full-name, -m --max-count=, --column, --max-depth=, --and, --or, --not, --all-match, -r --recursive, -p --show-function, -W --function-context",
  );
  const words = [...o.words];
  const patterns = o.all("e");
  if (patterns.length === 0) patterns.push(words.shift() ?? fail("no pattern given"));
  for (const name of ["and", "not", "show-function", "function-context"]) if (o.has(name)) fail(`git grep --${name} is not supported here`);
  const kind = o.has("fixed-strings") ? "fixed" : o.has("perl-regexp") ? "perl" : o.has("extended-regexp") ? "extended" : "basic";
  const one = (text: string) => (o.has("word-regexp") ? `(?<!\\w)(?:${pattern(text, kind)})(?!\\w)` : `(?:${pattern(text, kind)})`);
  const flags = o.has("ignore-case") ? "gi" : "g";
  const each = patterns.map((text) => compile(one(text), flags, text));
  const re = compile(patterns.map(one).join("|"), flags, patterns[0]!);
  const revs: string[] = [];
  while (words.length > 0 && o.paths === undefined && !stat(resolve(words[0]!)) && (await repo.resolve(words[0]!)) !== undefined) revs.push(words.shift()!);
  if (o.paths !== undefined) while (words.length > 0) revs.push(words.shift()!);
  const list = [...words, ...(o.paths ?? [])];
  const paths = new Paths(repo, list.length > 0 ? list : ["."]);
  const after = Number(o.get("after-context") ?? o.get("context") ?? 0);
  const beforeN = Number(o.get("before-context") ?? o.get("context") ?? 0);
  let any = false;
  let between = false;
  const depth = Number(o.get("max-depth") ?? -1);
  const deep = (path: string) => depth >= 0 && repo.shown(path).split("/").length - 1 > depth;
  const search = (data: Buffer, name: string, rev = ""): boolean => {
    const binary = isBinary(data);
    if (binary && o.has("I")) return false;
    const lines = split(decode(data)).map((l) => l.replace(/\n$/, ""));
    const hits: number[] = [];
    for (const [i, l] of lines.entries()) {
      re.lastIndex = 0;
      if (re.test(l) !== o.has("invert-match")) hits.push(i);
      if (hits.length >= Number(o.get("max-count") ?? Number.POSITIVE_INFINITY)) break;
    }
    // Where all are asked for each has to be somewhere.
    if (o.has("all-match") && !each.every((re) => lines.some((l) => ((re.lastIndex = 0), re.test(l))))) hits.length = 0;
    const local = o.has("full-name") ? name : repo.shown(name);
    const shown = rev + (o.has("null") ? local : quote(local));
    if (o.has("files-without-match")) {
      if (hits.length === 0) out(`${shown}\n`);
      return hits.length === 0;
    }
    if (hits.length === 0) return false;
    if (o.has("quiet")) return true;
    if (o.has("name-only")) {
      out(`${shown}${o.has("null") ? "\0" : "\n"}`);
      return true;
    }
    if (o.has("count")) {
      out(`${o.has("h") ? "" : `${shown}:`}${hits.length}\n`);
      return true;
    }
    if (binary && !o.has("text")) {
      out(`Binary file ${shown} matches\n`);
      return true;
    }
    if (o.has("break") && between) out("\n");
    if (o.has("heading")) out(`${shown}\n`);
    const put = (i: number, sep: string, text: string) => out(`${o.has("h") || o.has("heading") ? "" : `${shown}${sep}`}${o.has("line-number") ? `${i + 1}${sep}` : ""}${text}\n`);
    let last = -1;
    const hit = new Set(hits);
    for (const h of hits) {
      const from = Math.max(h - beforeN, last + 1);
      if ((after > 0 || beforeN > 0) && (last < 0 ? between : from > last + 1)) out("--\n");
      for (let i = from; i <= Math.min(h + after, lines.length - 1); i++) {
        if (i <= last) continue;
        if (i > h && hit.has(i)) break;
        re.lastIndex = 0; // which matchAll takes over
        if (o.has("only-matching") && hit.has(i)) for (const [m] of lines[i]!.matchAll(re)) put(i, ":", m);
        else if (o.has("column") && hit.has(i)) {
          re.lastIndex = 0;
          put(i, ":", `${re.exec(lines[i]!)!.index + 1}:${lines[i]}`);
        } else put(i, hit.has(i) ? ":" : "-", lines[i]!);
        last = i;
      }
    }
    between = true;
    return true;
  };
  if (revs.length > 0) {
    for (const rev of revs) {
      for (const [path, what] of await repo.objects.files(await repo.objects.treeOf(await repo.need(rev)))) if (paths.has(path) && !deep(path) && what.mode !== MODULE && search(await repo.objects.blob(what.oid), path, `${rev}:`)) any = true;
    }
    return any ? 0 : 1;
  }
  const work = new Worktree(repo);
  const names = repo.index.paths();
  if (o.has("untracked")) names.push(...work.unknown(true).untracked.filter((p) => !p.endsWith("/")));
  for (const path of names.sort()) {
    if (!paths.has(path) || deep(path)) continue;
    const known = repo.index.get(path);
    if (o.has("cached")) {
      if (known && search(await repo.objects.blob(known.oid), path)) any = true;
      continue;
    }
    const s = stat(work.file(path));
    if (s?.isFile() && search(content(work.file(path), s), path)) any = true;
  }
  return any ? 0 : 1;
}


