import fs from "node:fs";
import { resolve } from "node:path";
import { inflateSync } from "node:zlib";
import { type Options, parse } from "./args.ts";
import { write } from "./basic.ts";
import { contains, formatRef, ordered } from "./branches.ts";
import { type Pair, stat as table, summary, unpack } from "./diff.ts";
import { Failure, fail, refuse } from "./failure.ts";
import { readRange } from "./history.ts";
import { checked } from "./index_file.ts";
import { out, readStdin, say } from "./io.ts";
import { split } from "./lines.ts";
import { EMPTY_TREE, EXECUTABLE, FILE, FOLDER, type GitObject, type Kind, LINK, MODULE, ZERO, hash, isOid, person } from "./objects.ts";
import { Paths, glob } from "./paths.ts";
import { quote, unquoted } from "./quote.ts";
import { type Repo, valid } from "./repo.ts";
import { decode, encode } from "./text.ts";
import { text } from "./threeway.ts";
import { Worktree, content, modeOf, same, stat, why } from "./worktree.ts";

export async function revParse(args: string[], repo?: Repo): Promise<number> {
  const need = () => repo ?? fail("not a git repository (or any of the parent directories): .git");
  let abbrev = 0;
  let refName = "";
  let verify = false;
  let quiet = false;
  let defaultRev: string | undefined;
  let any = false;
  let symbolic = false;
  let pathsOnly = false;
  let revsOnly = false;
  const list = [...args];
  while (list.length > 0) {
    const a = list.shift()!;
    const short = /^--short(?:=(\d+))?$/.exec(a);
    if (pathsOnly) {
      out(`${a}\n`);
      continue;
    }
    if (short) {
      abbrev = Number(short[1] ?? 7);
      verify = true;
      continue;
    }
    switch (a) {
      case "--show-toplevel": out(`${need().work}\n`); any = true; continue;
      case "--show-cdup": {
        const down = need().local(".");
        out(`${down === "" ? "" : `${down.split("/").map(() => "..").join("/")}/`}\n`);
        any = true;
        continue;
      }
      case "--show-prefix": {
        const down = need().local(".");
        out(down === "" ? "\n" : `${down}/\n`);
        any = true;
        continue;
      }
      case "--git-dir": {
        const r = need();
        out(`${r.gitdir === `${process.cwd()}/.git` ? ".git" : r.gitdir === process.cwd() ? "." : r.gitdir}\n`);
        any = true;
        continue;
      }
      case "--absolute-git-dir":
      case "--git-common-dir": out(`${a === "--git-common-dir" && need().gitdir === `${process.cwd()}/.git` ? ".git" : need().gitdir}\n`); any = true; continue;
      case "--is-inside-work-tree": out(`${need().top !== undefined && !`${process.cwd()}/`.startsWith(`${need().gitdir}/`)}\n`); any = true; continue;
      case "--is-inside-git-dir": out(`${`${process.cwd()}/`.startsWith(`${need().gitdir}/`)}\n`); any = true; continue;
      case "--is-bare-repository": out(`${need().top === undefined}\n`); any = true; continue;
      case "--is-shallow-repository": out(`${need().text("shallow") !== undefined}\n`); any = true; continue;
      case "--show-object-format": out("sha1\n"); any = true; continue;
      case "--local-env-vars": any = true; continue;
      case "--git-path": out(`${need().gitdir === `${process.cwd()}/.git` ? ".git" : need().gitdir}/${list.shift()}\n`); any = true; continue;
      case "--verify": verify = true; continue;
      case "-q":
      case "--quiet": quiet = true; continue;
      case "--abbrev-ref":
      case "--abbrev-ref=strict":
      case "--abbrev-ref=loose": refName = "short"; continue;
      case "--symbolic-full-name": refName = "full"; continue;
      case "--symbolic": symbolic = true; continue;
      case "--default": defaultRev = list.shift(); continue;
      case "--revs-only":
        revsOnly = true;
        continue;
      case "--no-revs":
      case "--flags":
      case "--no-flags":
      case "--sq":
      case "--end-of-options": continue;
      case "--all":
        for (const r of need().refs()) out(`${r.oid}\n`);
        any = true;
        continue;
      case "--branches":
      case "--tags":
      case "--remotes":
        for (const r of need().refs(`refs/${{ "--branches": "heads", "--tags": "tags", "--remotes": "remotes" }[a]}/`)) out(`${symbolic ? r.name.replace(/^refs\/(heads|tags|remotes)\//, "") : r.oid}\n`);
        any = true;
        continue;
      case "--":
        out("--\n");
        pathsOnly = true;
        continue;
    }
    any = true;
    const r = need();
    if (refName !== "") {
      if (a === "HEAD" || a === "@") {
        const to = r.target("HEAD");
        if (!r.head) {
          out("HEAD\n");
          return await r.need("HEAD").then(() => 0);
        }
        out(`${to === undefined ? "HEAD" : refName === "full" ? to : to.replace("refs/heads/", "")}\n`);
        continue;
      }
      const up = /^(.*)@\{(?:u|upstream|push)\}$/.exec(a);
      if (up) {
        const found = r.upstream(up[1] || undefined);
        if (!found) fail(up[1] || r.branch ? `no upstream configured for branch '${up[1] || r.branch}'` : "HEAD does not point to a branch");
        out(`${refName === "full" ? found.ref : found.ref.replace(/^refs\/(heads|remotes)\//, "")}\n`);
        continue;
      }
      const back = /^@\{-(\d+)\}$/.exec(a);
      const full = r.full(back ? (r.left(Number(back[1])) ?? "") : a);
      if (full) out(`${refName === "full" ? full : full.replace(/^refs\/(heads|tags|remotes)\//, "")}\n`);
      else await r.need(a);
      continue;
    }
    if (symbolic) {
      await r.need(a);
      out(`${a}\n`);
      continue;
    }
    const range: { from: string[]; without: string[] } = { from: [], without: [] };
    if (!verify && (a.includes("..") || /\^(!|@|-\d*)$/.test(a)) && (await readRange(r, a, range))) {
      if (a.includes("...")) range.from.reverse();
      for (const oid of range.from) out(`${oid}\n`);
      for (const oid of range.without) out(`^${oid}\n`);
      continue;
    }
    const not = a.startsWith("^");
    const oid = await r.resolve(not ? a.slice(1) : a);
    if (!oid) {
      // What follows the first that is none is a file, whatever it is called.
      if (revsOnly) {
        list.length = 0;
        continue;
      }
      if (quiet) return 1;
      if (verify) fail("Needed a single revision");
      if (stat(resolve(a))) {
        out(`${a}\n`);
        continue;
      }
      out(`${a}\n`);
      await r.need(a);
    }
    out(`${not ? "^" : ""}${abbrev > 0 ? r.short(oid!, abbrev) : oid}\n`);
  }
  if (!any && defaultRev !== undefined) out(`${await need().need(defaultRev)}\n`);
  else if (!any && verify) {
    if (quiet) return 1;
    fail("Needed a single revision");
  }
  return 0;
}

export function lsFiles(args: string[], repo: Repo): number {
  const o = parse(args, "-c --cached, -d --deleted, -m --modified, -o --others, -i --ignored, -s --stage, -u --unmerged, -z, -t, -v, --exclude-standard, -x --exclude=, -X --exclude-from=, --directory, --no-empty-directory, --error-unmatch, --full-name, --abbrev?, --eol, --deduplicate, -k --killed, --recurse-submodules, --format=");
  const words = [...o.words, ...(o.paths ?? [])];
  const paths = new Paths(repo, words.length > 0 ? words : ["."]);
  const work = new Worktree(repo);
  const end = o.has("z") ? "\0" : "\n";
  const rows: string[] = [];
  const name = (p: string) => {
    const shown = o.has("full-name") ? p : repo.shown(p);
    return o.has("z") ? shown : quote(shown);
  };
  if (o.has("others")) {
    const { untracked, ignored } = work.unknown(!o.has("directory"));
    const take = (list: string[]) => {
      for (const p of list) {
        if (!p.endsWith("/") || o.has("directory")) paths.has(p) && rows.push(name(p));
        else take((fs.readdirSync(work.file(p), { withFileTypes: true }) as fs.Dirent[]).map((e) => `${p}${e.name}${e.isDirectory() ? "/" : ""}`));
      }
    };
    if (o.has("ignored")) take(ignored);
    else if (o.has("exclude-standard")) take(untracked);
    else take([...untracked, ...ignored].sort());
    const left = o.all("exclude").map((g) => new RegExp(`(^|/)${glob(g)}$`));
    for (const r of left.length > 0 ? rows.splice(0).filter((r) => !left.some((re) => re.test(r))) : []) rows.push(r);
  }
  const changed = o.has("deleted") || o.has("modified");
  for (const e of repo.index.list()) {
    if (!paths.has(e.path) || (o.has("others") && !o.has("cached"))) continue;
    if (o.has("unmerged") && e.stage === 0) continue;
    if (o.has("ignored") && !work.ignores.covers(e.path)) continue;
    const here = changed ? work.state(e.path, e) : undefined;
    if (changed && !o.has("cached")) {
      if (o.has("deleted") && !here) rows.push(name(e.path));
      if (o.has("modified") && !same(here, e)) rows.push(name(e.path));
      continue;
    }
    if (o.has("stage") || o.has("unmerged")) rows.push(`${e.mode.toString(8)} ${e.oid} ${e.stage}\t${name(e.path)}`);
    else if (o.has("t")) rows.push(`${e.stage > 0 ? "M" : "H"} ${name(e.path)}`);
    else if (e.stage < 2 || !repo.index.get(e.path, 1)) rows.push(name(e.path));
  }
  if (paths.unused !== undefined && o.has("error-unmatch")) throw new Failure(`pathspec '${paths.unused}' did not match any file(s) known to git\nDid you forget to 'git add'?`, 1, "error: ");
  out(rows.map((r) => r + end).join(""));
  return 0;
}

export async function lsTree(args: string[], repo: Repo) {
  const o = parse(args, "-r, -t, -d, -l --long, -z, --name-only --name-status, --full-name, --full-tree, --abbrev?, --object-only, --format=");
  const [rev, ...rest] = o.words;
  const top = await repo.objects.treeOf((await repo.resolve(rev ?? fail("usage: git ls-tree <tree-ish>"))) ?? fail(`Not a valid object name ${rev}`));
  const words = [...rest, ...(o.paths ?? [])];
  const down = o.has("full-tree") || repo.top === undefined ? "" : repo.local(".");
  const wanted = words.map((w) => ({ path: (down && !o.has("full-tree") ? `${down}/` : "") + w.replace(/^\.\/|\/$/g, ""), inside: w.endsWith("/") }));
  const go = async (tree: string, prefix: string): Promise<void> => {
    for (const e of await repo.objects.tree(tree)) {
      const path = prefix + e.name;
      const folder = e.mode === FOLDER;
      const hit = wanted.length === 0 ? down === "" || path.startsWith(`${down}/`) : wanted.some((w) => (path === w.path && !(folder && w.inside)) || path.startsWith(`${w.path}/`));
      const above = folder && (wanted.some((w) => w.path.startsWith(`${path}/`) || (w.path === path && w.inside)) || (wanted.length === 0 && down.startsWith(path) && !hit));
      if (folder && (above || (o.has("r") && hit))) {
        if (o.has("t") && hit) await row(e, path);
        await go(e.oid, `${path}/`);
      } else if (hit && (folder || !o.has("d"))) await row(e, path);
    }
  };
  const row = async (e: { mode: number; oid: string }, path: string) => {
    const kind = e.mode === FOLDER ? "tree" : e.mode === MODULE ? "commit" : "blob";
    const name = o.has("z") ? path : quote(down && !o.has("full-name") && !o.has("full-tree") ? path.slice(down.length + 1) : path);
    const end = o.has("z") ? "\0" : "\n";
    if (o.has("name-status")) return out(name + end);
    if (o.has("object-only")) return out(e.oid + end);
    const size = o.has("long") ? ` ${(kind === "blob" ? String((await repo.objects.blob(e.oid)).length) : "-").padStart(7)}` : "";
    out(`${e.mode.toString(8).padStart(6, "0")} ${kind} ${o.has("abbrev") ? repo.short(e.oid) : e.oid}${size}\t${name}${end}`);
  };
  await go(top, "");
}

export async function catFile(args: string[], repo: Repo): Promise<number> {
  const o = parse(args, "-t, -s, -p, -e, --batch?, --batch-check?, --batch-all-objects, --buffer, --follow-symlinks, --textconv, --filters");
  if (o.has("batch") || o.has("batch-check")) {
    for (const line of readStdin().toString().split("\n")) {
      if (line === "") continue;
      const oid = await repo.resolve(line);
      const object = oid && (await repo.objects.find(oid));
      if (!object) out(`${line} missing\n`);
      else {
        out(`${oid} ${object.kind} ${object.data.length}\n`);
        if (o.has("batch")) {
          process.stdout.write(object.data);
          out("\n");
        }
      }
    }
    return 0;
  }
  const kind = o.words.length > 1 ? o.words[0] : undefined;
  const name = o.words.at(-1) ?? fail("usage: git cat-file (-t | -s | -e | -p | <type>) <object>");
  let oid = await repo.resolve(name);
  if (!oid) await repo.missing(name);
  if (o.has("e") && oid) return (await repo.objects.find(oid)) ? 0 : 1;
  if (!oid) fail(`Not a valid object name ${name}`);
  if (kind === "commit" || kind === "tree" || kind === "blob") {
    const peeled = await repo.objects.peel(oid);
    oid = kind === "tree" ? await repo.objects.treeOf(oid) : peeled.oid;
  }
  const object = await repo.objects.read(oid);
  if (kind && object.kind !== kind) throw new Failure(`git cat-file ${name}: bad file`, 128);
  if (o.has("t")) out(`${object.kind}\n`);
  else if (o.has("s")) out(`${object.data.length}\n`);
  else if (o.has("p") && object.kind === "tree") for (const e of await repo.objects.tree(oid)) out(`${e.mode.toString(8).padStart(6, "0")} ${e.mode === FOLDER ? "tree" : e.mode === MODULE ? "commit" : "blob"} ${e.oid}\t${quote(e.name)}\n`);
  else process.stdout.write(object.data);
  return 0;
}

export function hashObject(args: string[], repo?: Repo) {
  const o = parse(args, "-w, -t=, --stdin, --stdin-paths, --path=, --no-filters, --literally");
  const kind = (o.get("t") ?? "blob") as Kind;
  const put = (data: Buffer) => out(`${o.has("w") ? (repo ?? fail("not a git repository (or any of the parent directories): .git")).objects.write(kind, data) : hash(kind, data)}\n`);
  if (o.has("stdin")) put(readStdin());
  const names = o.has("stdin-paths") ? readStdin().toString().split("\n").filter(Boolean) : [...o.words, ...(o.paths ?? [])];
  for (const name of names) {
    if (!stat(resolve(name))) fail(`could not open '${name}' for reading: No such file or directory`);
    put(content(resolve(name)));
  }
}

export async function showRef(args: string[], repo: Repo): Promise<number> {
  const o = parse(args, "--head, --heads --branches, --tags, -d --dereference, -s --hash?, --verify, -q --quiet, --abbrev?, --exists");
  const rows: string[] = [];
  const put = (oid: string, name: string) => rows.push(o.has("hash") ? (o.get("hash") ? oid.slice(0, Number(o.get("hash"))) : oid) : `${o.has("abbrev") ? repo.short(oid) : oid} ${name}`);
  if (o.has("verify") || o.has("exists")) {
    for (const name of o.words) {
      const oid = name.startsWith("refs/") || name === "HEAD" ? repo.ref(name) : undefined;
      if (!oid) {
        if (o.has("quiet")) return 1;
        if (o.has("exists")) throw new Failure("reference does not exist", 2, "error: ");
        fail(`'${name}' - not a valid ref`);
      }
      if (!o.has("exists")) put(oid, name);
    }
    if (!o.has("quiet")) out(rows.map((r) => `${r}\n`).join(""));
    return 0;
  }
  if (o.has("head") && repo.head) put(repo.head, "HEAD");
  for (const { name, oid } of repo.refs()) {
    const some = o.has("branches") || o.has("tags");
    if (some && !(o.has("branches") && name.startsWith("refs/heads/")) && !(o.has("tags") && name.startsWith("refs/tags/"))) continue;
    if (o.words.length > 0 && !o.words.some((w) => name === w || name.endsWith(`/${w}`))) continue;
    put(oid, name);
    if (o.has("dereference")) {
      const peeled = await repo.objects.peel(oid);
      if (peeled.oid !== oid) put(peeled.oid, `${name}^{}`);
    }
  }
  if (!o.has("quiet")) out(rows.map((r) => `${r}\n`).join(""));
  return rows.length > 0 ? 0 : 1;
}

export async function forEachRef(args: string[], repo: Repo) {
  const o = parse(args, "--format=, --sort=, --count=, --contains?, --no-contains?, --merged?, --no-merged?, --points-at=, --shell, --perl, --python, --tcl, --ignore-case, --exclude=");
  let refs = await contains(repo, repo.refs(), o);
  const patterns = o.words;
  refs = refs.filter((r) => patterns.length === 0 || patterns.some((p) => r.name === p || r.name.startsWith(p.endsWith("/") ? p : `${p}/`) || (/[*?[]/.test(p) && new RegExp(`^${glob(p, false)}$`).test(r.name))));
  if (o.all("sort").length > 0) refs = await ordered(repo, refs, o.all("sort"));
  if (o.get("count") !== undefined) refs = refs.slice(0, Number(o.get("count")));
  for (const r of refs) out(`${await formatRef(repo, r, o.get("format") ?? "%(objectname) %(objecttype)\t%(refname)")}\n`);
}

export function symbolicRef(args: string[], repo: Repo): number {
  const o = parse(args, "-q --quiet, --short, -d --delete, -m=, --no-recurse");
  const [name, to] = o.words;
  if (name === undefined) throw new Failure("usage: git symbolic-ref [<options>] <name> [<ref>]", 129, "");
  if (to !== undefined) {
    if (!valid(name)) fail(`'${name}' is not a valid ref name`);
    if (name === "HEAD" && !to.startsWith("refs/")) fail("Refusing to point HEAD outside of refs/");
    repo.point(to, o.get("m") ?? "", name);
    return 0;
  }
  const target = repo.target(name);
  if (target === undefined) {
    if (o.has("quiet")) return 1;
    fail(`ref ${name} is not a symbolic ref`);
  }
  if (o.has("delete")) repo.drop(name);
  else out(`${o.has("short") ? target.replace(/^refs\/(heads|tags|remotes)\//, "") : target}\n`);
  return 0;
}

export async function updateRef(args: string[], repo: Repo) {
  const o = parse(args, "-d, -m=, --no-deref, --create-reflog, --stdin, -z");
  if (o.has("stdin")) fail("--stdin is not supported here");
  const [name, to, old] = o.words;
  if (name === undefined) throw new Failure("usage: git update-ref [<options>] <refname> <new-oid> [<old-oid>]", 129, "");
  const before = o.has("d") ? to : old;
  if (before !== undefined) {
    const want = before === ZERO || before === "" ? undefined : await repo.need(before);
    if (repo.ref(name) !== want) fail(`update_ref failed for ref '${name}': cannot lock ref '${name}': is at ${repo.ref(name) ?? ZERO} but expected ${want ?? ZERO}`);
  }
  if (o.has("d")) repo.delete(name === "HEAD" ? (repo.target("HEAD") ?? name) : name);
  else {
    if (name !== "HEAD" && !name.startsWith("refs/") && !/^[A-Z_]+$/.test(name)) fail(`update_ref failed for ref '${name}': refusing to update ref with bad name '${name}'`);
    repo.set(name, await repo.need(to ?? fail("a new value is needed")), o.get("m") ?? "");
  }
}

export async function mergeBase(args: string[], repo: Repo): Promise<number> {
  const o = parse(args, "-a --all, --is-ancestor, --octopus, --independent, --fork-point");
  const list = [];
  for (const w of o.words) list.push((await repo.commitOf(w)).oid);
  if (list.length < 2) throw new Failure("usage: git merge-base [-a | --all] <commit> <commit>...", 129, "");
  const [a, b] = list as [string, string];
  if (o.has("is-ancestor")) return (await repo.ancestors(b)).has(a) ? 0 : 1;
  const bases = await repo.bases(a, b);
  for (const oid of o.has("all") ? bases : bases.slice(0, 1)) out(`${oid}\n`);
  return bases.length > 0 ? 0 : 1;
}

export function writeTree(repo: Repo) {
  return repo.change((lock) => {
    lock.release();
    out(`${repo.index.tree(repo.objects)}\n`);
  });
}

export async function readTree(args: string[], repo: Repo) {
  const o = parse(args, "-m, -u, --reset, --empty, -i, -n --dry-run, -v, -q, --prefix=");
  const files = new Map<string, { mode: number; oid: string }>();
  for (const w of o.words) for (const [path, what] of await repo.objects.files(await repo.objects.treeOf(await repo.need(w)))) files.set((o.get("prefix") ?? "") + path, what);
  return repo.change(() => readingTree(repo, o, files));
}

async function readingTree(repo: Repo, o: Options, files: Map<string, { mode: number; oid: string }>) {
  if (o.has("u") || o.has("reset")) {
    const work = new Worktree(repo);
    const reason = why(o.has("reset") ? await work.move(new Map(), files, true) : await work.back(files));
    if (reason) throw new Failure(reason, 128, "error: ");
    return;
  }
  if (o.get("prefix") === undefined) for (const p of repo.index.paths()) if (!files.has(p)) repo.index.remove(p);
  for (const [path, what] of files) if (!same(repo.index.get(path), what)) repo.index.add(path, what.mode, what.oid);
}

export async function commitTree(args: string[], repo: Repo) {
  const o = parse(args, "-p=, -m=, -F=, -S --gpg-sign?");
  const tree = await repo.objects.treeOf((await repo.resolve(o.words[0] ?? "")) ?? fail(`not a valid object name ${o.words[0]}`));
  const parents = [];
  for (const p of o.all("p")) parents.push((await repo.commitOf(p)).oid);
  const message = o.all("m").length > 0 ? `${o.all("m").join("\n\n")}\n` : o.get("F") !== undefined && o.get("F") !== "-" ? fs.readFileSync(resolve(o.get("F")!), "utf8") : readStdin().toString();
  out(`${write(repo, { tree, parents, message })}\n`);
}

export function updateIndex(args: string[], repo: Repo): Promise<number> {
  return repo.change(() => updatingIndex(args, repo));
}

function updatingIndex(args: string[], repo: Repo): number {
  const { index } = repo;
  const work = new Worktree(repo);
  const o = { add: false, remove: false };
  const list = [...args];
  while (list.length > 0) {
    const a = list.shift()!;
    if (a === "--add") o.add = true;
    else if (a === "--remove") o.remove = true;
    else if (a === "--refresh" || a === "--really-refresh" || a === "-q" || a === "--") work.refresh();
    else if (a === "--force-remove") index.remove(repo.local(list.shift()!));
    else if (a.startsWith("--cacheinfo")) {
      const text = list.shift() ?? "";
      const [mode, oid, path] = text.includes(",") ? text.split(",") : [text, list.shift(), list.shift()];
      if (!oid || !isOid(oid) || !path) fail("option 'cacheinfo' expects <mode>,<sha1>,<path>");
      index.add(path, Number.parseInt(mode!, 8), oid);
    } else if (a === "--chmod=+x" || a === "--chmod=-x") {
      for (const name of list.splice(0)) {
        const e = index.get(repo.local(name)) ?? fail(`git update-index: cannot chmod ${a.slice(8)} '${name}'`);
        e.mode = a.endsWith("+x") ? EXECUTABLE : FILE;
      }
    } else if (/^--(no-)?(assume-unchanged|skip-worktree)$/.test(a)) fail(`${a} is not supported here`);
    else if (a.startsWith("-")) throw new Failure(`unknown option \`${a.replace(/^-+/, "")}'`, 129, "error: ");
    else {
      const path = repo.local(a);
      if (work.beyondLink(path)) throw new Failure(`'${path}' is beyond a symbolic link\nfatal: Unable to process path ${path}`, 128, "error: ");
      const there = stat(work.file(path));
      if (!there && !o.remove) refuse(`${a}: does not exist and --remove not passed\nfatal: Unable to process path ${a}`);
      if (!index.has(path) && !o.add) fail(`Unable to process path ${a}`);
      work.stage(path);
    }
  }
  return 0;
}

export function checkIgnore(args: string[], repo: Repo): number {
  const o = parse(args, "-q --quiet, -v --verbose, -n --non-matching, --stdin, -z, --no-index");
  const names = o.has("stdin") ? readStdin().toString().split("\n").filter(Boolean) : [...o.words, ...(o.paths ?? [])];
  const work = new Worktree(repo);
  let any = false;
  for (const name of names) {
    const path = repo.local(name);
    if (!o.has("no-index") && repo.index.has(path)) continue;
    const folder = stat(work.file(path))?.isDirectory() || name.endsWith("/");
    const rule = work.ignores.rule(folder ? `${path}/` : path);
    const verbose = o.has("verbose");
    if (!(verbose ? rule : rule?.ignored)) {
      if (verbose && o.has("non-matching")) out(o.has("z") ? `\0\0\0${name}\0` : `::\t${name}\n`);
      continue;
    }
    any = true;
    if (o.has("quiet")) continue;
    if (o.has("z")) out(`${verbose ? `${rule!.name}\0${rule!.line}\0${rule!.text}\0` : ""}${name}\0`);
    else out(`${verbose ? `${rule!.name}:${rule!.line}:${rule!.text}\t` : ""}${quote(name)}\n`);
  }
  return any ? 0 : 1;
}

export async function nameRev(args: string[], repo: Repo) {
  const o = parse(args, "--name-only, --tags, --refs=, --always, --no-undefined");
  for (const word of o.words) {
    const { oid } = await repo.commitOf(word);
    let best: string | undefined;
    for (const r of repo.refs(o.has("tags") ? "refs/tags/" : "refs/")) {
      let steps = 0;
      for (let at: string | undefined = (await repo.objects.peel(r.oid)).oid; at !== undefined; at = (await repo.parents(at))[0], steps++) {
        if (at !== oid) continue;
        const short = r.name.replace(/^refs\/(heads\/|tags\/$|)/, "");
        const name = steps === 0 ? (r.name.startsWith("refs/tags/") ? `${short}^0` : short) : `${short}~${steps}`;
        if (best === undefined || steps < Number(/~(\d+)$/.exec(best)?.[1] ?? 0)) best = name;
        break;
      }
    }
    out(`${o.has("name-only") ? "" : `${word} `}${best ?? "undefined"}\n`);
  }
}

/** apply takes a patch into the files, the index, or both. */
/** Of the options of apply what the functions below it ask. */
interface Applying {
  o: Options;
  /** The file of each patch, for what is told of its lines. */
  files: FilePatch[];
  verbose: boolean;
  reject: boolean;
  /** Of a mail: a merge is told of in am's words, and only where one is needed. */
  mail: boolean;
  /** A hunk that finds no place is not told of. */
  mute?: boolean;
}

export async function apply(args: string[], repo?: Repo, mail = false): Promise<number> {
  const o = parse(args, "--check, --stat, --numstat, --summary, --index, --cached, -R --reverse, -p=, -3 --3way, -v --verbose, -q --quiet, --whitespace=, --reject, --directory=, --include=, --exclude=, --unidiff-zero, -C=, --ignore-whitespace --ignore-space-change, --recount, --allow-empty, --apply, --no-add, --binary, --unsafe-paths, --inaccurate-eof, --no-3way, --build-fake-ancestor=");
  const read = (w: string) => {
    if (w === "-") return { name: "<stdin>", text: decode(readStdin()) };
    try {
      return { name: w, text: decode(fs.readFileSync(resolve(w))) };
    } catch {
      throw new Failure(`can't open patch '${w}': No such file or directory`, 128, "error: ");
    }
  };
  const strip = Number(o.get("p") ?? 1);
  const folder = o.get("directory")?.replace(/\/*$/, "/") ?? "";
  let files = (o.words.length > 0 ? o.words : ["-"]).map(read).flatMap((t) => readPatch(t.text, t.name, strip, o.has("recount")));
  if (files.length === 0) {
    if (o.has("allow-empty")) return 0;
    throw new Failure('No valid patches in input (allow with "--allow-empty")', 128, "error: ");
  }
  for (const f of files) {
    if (f.from !== undefined) f.from = folder + f.from;
    if (f.to !== undefined) f.to = folder + f.to;
  }
  const matches = (globs: string[], path: string) => globs.some((g) => new RegExp(`^${glob(g)}$`).test(path));
  const [include, exclude] = [o.all("include"), o.all("exclude")];
  files = files.filter((f) => !matches(exclude, (f.to ?? f.from)!) && (include.length === 0 || matches(include, (f.to ?? f.from)!)));
  if (o.has("stat") || o.has("numstat") || o.has("summary")) {
    const side = (path?: string, mode = FILE) => (path === undefined ? undefined : { path, mode, oid: "", read: async () => Buffer.alloc(0) });
    const list: Pair[] = files.map((f) => ({ old: side(f.from, f.oldMode), now: side(f.to, f.newMode), status: f.from === undefined ? "A" : f.to === undefined ? "D" : f.from !== f.to ? "R" : "M", score: f.score }));
    const count = (f: FilePatch, sign: string) => f.hunks.reduce((n, h) => n + h.lines.filter((l) => l[0] === sign).length, 0);
    const rows = files.map((f) => ({ name: (f.to ?? f.from)!, added: count(f, "+"), removed: count(f, "-"), binary: f.binary !== undefined }));
    if (o.has("numstat")) for (const r of rows) out(`${r.binary ? "-\t-" : `${r.added}\t${r.removed}`}\t${r.name}\n`);
    if (o.has("stat")) {
      const width = Math.max(...rows.map((r) => r.name.length));
      for (const r of rows) out(` ${r.name.padEnd(width)} | ${r.binary ? " Bin" : `${String(r.added + r.removed).padStart(4)} ${"+".repeat(Math.min(r.added, 30))}${"-".repeat(Math.min(r.removed, 30))}`}\n`);
      out(table(rows.map((r, i) => ({ ...r, pair: list[i]!, sizes: [0, 0], old: [], now: [], changes: [] })), 80, true));
    }
    if (o.has("summary")) out(summary(list));
    if (!o.has("apply")) return 0;
  }
  const how: Applying = { o, files, mail, reject: o.has("reject"), verbose: o.has("verbose") || (o.has("reject") && !o.has("quiet")) };
  return repo && (o.has("cached") || o.has("index") || o.has("3way")) ? repo.change(() => applying(how, repo)) : applying(how, repo);
}

/** spaces tells of lines that a patch adds and that end in spaces; it says whether they are an error. */
function spaces({ o, files }: Applying): boolean {
  const how = o.get("whitespace") ?? "warn";
  const fix = how === "fix" || how === "strip";
  const found = o.has("reverse") ? [] : files.flatMap((f) => f.spaces);
  if (found.length === 0 || how === "nowarn" || o.has("quiet")) return false;
  for (const s of found.slice(0, how === "error-all" ? undefined : 5)) say(`${s.file}:${s.line}: trailing whitespace.\n${s.text}\n`);
  return !fix && how.startsWith("error");
}

/** told sums up what spaces told. */
function toldSpaces({ o, files }: Applying) {
  const how = o.get("whitespace") ?? "warn";
  const fix = how === "fix" || how === "strip";
  const n = o.has("reverse") ? 0 : files.reduce((sum, f) => sum + f.spaces.length, 0);
  if (n === 0 || how === "nowarn" || o.has("quiet")) return;
  if (n > 5 && how !== "error-all") say(`warning: squelched ${n - 5} whitespace error${n === 6 ? "" : "s"}\n`);
  const error = how.startsWith("error");
  say(`${error ? "error" : "warning"}: ${n} line${n === 1 ? "" : "s"} ${fix ? "applied after fixing" : n === 1 ? "adds" : "add"} whitespace errors.\n`);
}

interface Applied {
  from?: string;
  to?: string;
  data: Buffer;
  mode: number;
  /** The hunks that found no place, and how many there are. */
  rejected: { hunk: Hunk; n: number }[];
  hunks: number;
  /** Of a merge that is in conflict: what both sides and their base are. */
  stages?: (string | undefined)[];
}

async function applying(how: Applying, repo?: Repo): Promise<number> {
  const { o, files, verbose, reject } = how;
  const top = repo?.top ?? process.cwd();
  const merging = o.has("3way") && repo !== undefined;
  const staged = o.has("cached");
  const indexed = o.has("index") || merging;
  const work = repo?.top === undefined ? undefined : new Worktree(repo);
  const back = o.has("reverse");
  const gone = new Set<string>(); // what the patch took away so far
  const results: Applied[] = [];
  let failed = spaces(how);
  for (const f of files) {
    const [from, to] = back ? [f.to, f.from] : [f.from, f.to];
    for (const path of [from, to]) {
      if (path === undefined) continue;
      checked(path);
      for (let at = path.indexOf("/"); at >= 0 && !staged; at = path.indexOf("/", at + 1)) {
        if (stat(`${top}/${path.slice(0, at)}`)?.isSymbolicLink()) refuse(`affected file '${path}' is beyond a symbolic link`);
      }
    }
    if (verbose) say(`Checking patch ${from !== undefined && to !== undefined && from !== to ? `${from} => ${to}` : (to ?? from)}...\n`);
    let old: Buffer = Buffer.alloc(0);
    if (from !== undefined) {
      const known = staged || indexed ? repo?.index.get(from) : undefined;
      const s = staged ? undefined : stat(`${top}/${from}`);
      const data = staged ? (known ? await repo!.objects.blob(known.oid) : undefined) : s?.isFile() || s?.isSymbolicLink() ? content(`${top}/${from}`, s) : undefined;
      if (data === undefined || (indexed && !known)) {
        say(`error: ${from}: ${staged || (indexed && !known) ? "does not exist in index" : "No such file or directory"}\n`);
        failed = true;
        continue;
      }
      if (indexed && !staged && !same(work!.state(from, known), known)) {
        say(`error: ${from}: does not match index\n`);
        failed = true;
        continue;
      }
      old = data;
      if (from !== to) gone.add(from);
    } else if (to !== undefined && !gone.has(to) && (staged || indexed) && repo!.index.has(to)) {
      say(`error: ${to}: already exists in index\n`);
      failed = true;
      continue;
    } else if (to !== undefined && !staged && stat(`${top}/${to}`) && !gone.has(to)) {
      say(`error: ${to}: already exists in working directory\n`);
      failed = true;
      continue;
    }
    const mode = (back ? f.oldMode : f.newMode) ?? (from !== undefined && repo?.index.get(from)?.mode) ?? (from === undefined ? FILE : modeOf(stat(`${top}/${from}`)));
    const result: Applied = { from, to, data: old, mode: mode || FILE, rejected: [], hunks: f.hunks.length };
    if (merging && (await merged(repo, f, back, old, result, how))) {
      results.push(result);
      continue;
    }
    const data = f.binary ? binary(f, back, old) : change(f, how, old, from ?? to!, result);
    if (data === undefined) {
      if (f.binary) say(`error: ${from ?? to}: patch does not apply\n`);
      failed = true;
      continue;
    }
    result.data = data;
    results.push(result);
  }
  if (failed && !reject) {
    toldSpaces(how);
    return 1;
  }
  if (o.has("check")) return 0;
  for (const r of results) {
    if (verbose) {
      if (r.rejected.length === 0) say(`Applied patch ${r.from !== undefined && r.to !== undefined && r.from !== r.to ? `${r.from} => ${r.to}` : (r.to ?? r.from)} cleanly.\n`);
      else {
        say(`Applying patch ${r.to ?? r.from} with ${r.rejected.length} reject${r.rejected.length === 1 ? "" : "s"}...\n`);
        for (let n = 1; n <= r.hunks; n++) say(r.rejected.some((x) => x.n === n) ? `Rejected hunk #${n}.\n` : `Hunk #${n} applied cleanly.\n`);
      }
    }
    if (staged) {
      if (r.from !== undefined && r.from !== r.to) repo!.index.remove(r.from);
      if (r.to !== undefined) repo!.index.add(r.to, r.mode, repo!.objects.write("blob", r.data));
      continue;
    }
    if (r.from !== undefined && r.from !== r.to) work ? work.remove(r.from) : fs.rmSync(`${top}/${r.from}`);
    if (r.to !== undefined) {
      fs.mkdirSync(resolve(top, r.to, ".."), { recursive: true });
      // No link is written through: one that is there is what was to be changed.
      fs.rmSync(`${top}/${r.to}`, { force: true });
      if (r.mode === LINK) fs.symlinkSync(decode(r.data), `${top}/${r.to}`);
      else {
        fs.writeFileSync(`${top}/${r.to}`, r.data, { flag: "wx" });
        if (r.mode === EXECUTABLE) fs.chmodSync(`${top}/${r.to}`, 0o755);
      }
    }
    if (indexed) {
      if (r.from !== undefined && r.from !== r.to) repo!.index.remove(r.from);
      if (r.to !== undefined && r.stages) {
        repo!.index.remove(r.to);
        for (const [i, oid] of r.stages.entries()) if (oid) repo!.index.put({ path: r.to, mode: r.mode, oid, stage: i + 1, size: 0, mtime: 0 });
      } else if (r.to !== undefined) work!.stage(r.to);
    }
    if (r.rejected.length > 0) {
      const name = r.to ?? r.from!;
      const text = r.rejected.map(({ hunk }) => hunk.head + hunk.lines.map((l) => (l.endsWith("\n") ? l : `${l}\n\\ No newline at end of file\n`)).join("")).join("");
      fs.writeFileSync(`${top}/${name}.rej`, encode(`diff a/${name} b/${name}\t(rejected hunks)\n${text}`));
    }
  }
  for (const r of how.mail ? [] : results) if (r.stages) say(`U ${r.to}\n`);
  toldSpaces(how);
  return failed || results.some((r) => r.rejected.length > 0 || r.stages) ? 1 : 0;
}

/** binary makes what a binary patch does of a file; nothing if it is of another. */
function binary(f: FilePatch, back: boolean, old: Buffer): Buffer | undefined {
  const part = f.binary![back ? 1 : 0];
  if (!part) throw new Failure(`cannot apply binary patch to '${f.to ?? f.from}' without full index line`, 1, "error: ");
  const [before, after] = back ? [f.oids?.[1], f.oids?.[0]] : (f.oids ?? []);
  const is = (data: Buffer, oid?: string) => oid === undefined || oid.length !== 40 || (oid === ZERO ? data.length === 0 : hash("blob", data) === oid);
  const name = back ? (f.to ?? f.from) : (f.from ?? f.to);
  if (!is(old, before)) {
    say(`error: the patch applies to '${name}' (${hash("blob", old)}), which does not match the current contents.\n`);
    return undefined;
  }
  const raw = inflateSync(unpack(part.lines));
  const data = part.delta ? applyDelta(raw, old) : raw;
  if (data.length !== part.size && !part.delta) throw new Failure("corrupt binary patch", 128, "error: ");
  if (is(data, after)) return data;
  say(`error: binary patch to '${name}' creates incorrect result (expecting ${after}, got ${hash("blob", data)})\n`);
  return undefined;
}

/** applyDelta makes of a file what a delta, as packs have them, says. */
function applyDelta(delta: Buffer, base: Buffer): Buffer {
  let at = 0;
  const number = () => {
    let n = 0;
    for (let shift = 1; ; shift *= 128) {
      const b = delta[at++]!;
      n += (b & 127) * shift;
      if (!(b & 128)) return n;
    }
  };
  const bad = () => new Failure("corrupt binary patch", 128, "error: ");
  if (number() !== base.length) throw bad();
  const size = number();
  const parts: Buffer[] = [];
  while (at < delta.length) {
    const op = delta[at++]!;
    if (op & 128) {
      let from = 0;
      let length = 0;
      for (let i = 0; i < 4; i++) if (op & (1 << i)) from += delta[at++]! * 256 ** i;
      for (let i = 0; i < 3; i++) if (op & (16 << i)) length += delta[at++]! * 256 ** i;
      parts.push(base.subarray(from, from + (length || 0x10000)));
    } else {
      parts.push(delta.subarray(at, at + op));
      at += op;
    }
  }
  const out = Buffer.concat(parts);
  if (out.length !== size) throw bad();
  return out;
}

/** merged applies a patch to what it was made of, if that is here, and merges the outcome with what is there. */
async function merged(repo: Repo, f: FilePatch, back: boolean, old: Buffer, r: Applied, how: Applying): Promise<boolean> {
  const name = f.oids?.[back ? 1 : 0];
  if (r.from === undefined || r.to === undefined) {
    if (!how.mail) say("Falling back to direct application...\n");
    return false;
  }
  if (how.mail && !f.binary) {
    const direct = change(f, { ...how, mute: true }, old, r.from, { ...r, rejected: [] });
    if (direct) {
      r.data = direct;
      return true;
    }
  }
  const oid = name === undefined ? undefined : await repo.resolve(name);
  if (!oid || !(await repo.objects.find(oid))) {
    say("error: repository lacks the necessary blob to perform 3-way merge.\nFalling back to direct application...\n");
    return false;
  }
  const base = await repo.objects.blob(oid);
  const scratch: Applied = { ...r, rejected: [] };
  const theirs = f.binary ? binary(f, back, base) : change(f, { ...how, reject: false, verbose: false }, base, r.from, scratch);
  if (theirs === undefined) return false;
  if (old.equals(base)) r.data = theirs;
  else if (old.equals(theirs)) r.data = old;
  else {
    const m = text(base, old, theirs, { ours: "ours", base: "", theirs: "theirs" }, "", "merge");
    r.data = m.data;
    if (m.conflict) r.stages = [oid, repo.objects.write("blob", old), repo.objects.write("blob", theirs)];
  }
  if (how.mail) {
    out(`Using index info to reconstruct a base tree...\nM\t${r.to}\nFalling back to patching base and 3-way merge...\nAuto-merging ${r.to}\n${r.stages ? `CONFLICT (content): Merge conflict in ${r.to}\n` : ""}`);
    if (r.stages) say("error: Failed to merge in the changes.\n");
  } else say(r.stages ? `Applied patch to '${r.to}' with conflicts.\n` : `Applied patch to '${r.to}' cleanly.\n`);
  return true;
}

/** change makes what the hunks of a patch do of a file; nothing if one of them finds no place, unless those are put aside. */
function change(f: FilePatch, { o, verbose, reject, mute }: Applying, old: Buffer, name: string, r: Applied): Buffer | undefined {
  const back = o.has("reverse");
  const fix = !back && /^(fix|strip)$/.test(o.get("whitespace") ?? "");
  const loose = o.has("ignore-space-change");
  const least = o.get("C") === undefined ? Number.POSITIVE_INFINITY : Number(o.get("C"));
  const bare = (l: string) => (loose ? l.replace(/\s+/g, " ").trim() : l);
  const lines = split(decode(old));
  const result: string[] = [];
  let at = 0;
  let shift = 0;
  for (const [n, h] of f.hunks.entries()) {
    const flip = (l: string) => (back ? (l[0] === "+" ? `-${l.slice(1)}` : l[0] === "-" ? `+${l.slice(1)}` : l) : l);
    let body = h.lines.map(flip);
    const start = (back ? h.newStart : h.oldStart) - 1;
    // What has nothing around it on a side belongs to that end of the file.
    const first = start <= 0;
    const last = body.at(-1)?.[0] !== " " && !o.has("unidiff-zero");
    let cut = 0;
    let pos = -1;
    let want = 0;
    let before: string[] = [];
    for (;;) {
      before = body.filter((l) => l[0] !== "+").map((l) => l.slice(1));
      want = Math.max(start + cut + shift, 0);
      const [top, end] = [first && cut === 0, last && cut === 0];
      const fits = (pos: number) => pos >= at && (!top || pos === 0) && (!end || pos + before.length === lines.length) && pos + before.length <= lines.length && before.every((l, i) => bare(lines[pos + i]!) === bare(l));
      pos = before.length === 0 && lines.length === 0 ? 0 : -1;
      for (let d = 0; pos < 0 && d <= lines.length; d++) {
        if (fits(want + d)) pos = want + d;
        else if (fits(want - d)) pos = want - d;
      }
      // With -C a hunk may stand where less of what is around it does.
      const lead = body.findIndex((l) => l[0] !== " ");
      const trail = body.length - 1 - body.findLastIndex((l) => l[0] !== " ");
      if (pos >= 0 || Math.max(lead, trail) <= least) break;
      body = body.slice(lead > least && lead >= trail ? 1 : 0, trail > least && trail >= lead ? -1 : undefined);
      if (lead > least && lead >= trail) cut++;
    }
    if (pos < 0) {
      if (mute) return undefined;
      if (verbose) say(`error: while searching for:\n${before.join("")}\n`);
      say(`error: patch failed: ${name}:${back ? h.newStart : h.oldStart}\n`);
      if (!reject) {
        say(`error: ${name}: patch does not apply\n`);
        return undefined;
      }
      r.rejected.push({ hunk: h, n: n + 1 });
      continue;
    }
    if (pos !== want && verbose) say(`Hunk #${n + 1} succeeded at ${pos + 1} (offset ${pos - want} line${Math.abs(pos - want) === 1 ? "" : "s"}).\n`);
    result.push(...lines.slice(at, pos));
    at = pos;
    // What stays is what the file has: it may differ in spaces.
    for (const l of body) {
      if (l[0] === " ") result.push(lines[at++]!);
      else if (l[0] === "-") at++;
      else result.push(fix ? l.slice(1).replace(/[ \t]+(\r?\n?)$/, "$1") : l.slice(1));
    }
    shift = pos - want + shift;
  }
  result.push(...lines.slice(at));
  return encode(result.join(""));
}

interface Hunk {
  oldStart: number;
  newStart: number;
  head: string;
  lines: string[];
}

interface FilePatch {
  from?: string;
  to?: string;
  oldMode?: number;
  newMode?: number;
  score?: number;
  /** The names of both contents, maybe cut short. */
  oids?: [string, string];
  hunks: Hunk[];
  /** Lines that are added and end in spaces. */
  spaces: { file: string; line: number; text: string }[];
  /** Of a binary file: how to make the new content, and the old. */
  binary?: { delta: boolean; size: number; lines: string[] }[];
}

/** readPatch reads what git diff writes; a line of a hunk keeps its sign and its end. */
function readPatch(text: string, file: string, strip: number, recount: boolean): FilePatch[] {
  const out: FilePatch[] = [];
  const lines = split(text);
  const stripped = (path: string) => path.split("/").slice(strip).join("/");
  const name = (raw: string): string | undefined => {
    const n = unquoted(raw.replace(/\t.*$/, "").trimEnd());
    return n === "/dev/null" ? undefined : stripped(n);
  };
  let f: FilePatch | undefined;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!.replace(/\r?\n$/, "");
    const head = /^diff --git (.*)$/.exec(line);
    if (head) {
      // Both names are the same but for what they begin with, which may be nothing.
      const half = /^("?)((?:[^/]*\/)?)(.*)\1 \1((?:[^/]*\/)?)\3\1$/.exec(head[1]!);
      const path = half ? stripped(unquoted(`${half[1]}${half[2]}${half[3]}${half[1]}`)) : undefined;
      f = { hunks: [], spaces: [], from: path || undefined, to: path || undefined };
      out.push(f);
      continue;
    }
    if (line.startsWith("--- ") && lines[i + 1]?.startsWith("+++ ")) {
      if (!f || f.hunks.length > 0) out.push((f = { hunks: [], spaces: [] }));
      f.from = name(line.slice(4));
      f.to = name(lines[++i]!.slice(4).replace(/\r?\n$/, ""));
      if (f.from === "" || f.to === "") throw new Failure(`git diff header lacks filename information when removing ${strip} leading pathname component${strip === 1 ? "" : "s"} (line ${i + 2})`, 128, "error: ");
      continue;
    }
    if (!f) continue;
    const mode = /^(old mode|new mode|new file mode|deleted file mode) (\d+)$/.exec(line);
    if (mode) {
      const value = Number.parseInt(mode[2]!, 8);
      if (mode[1]!.startsWith("new")) f.newMode = value;
      else f.oldMode = value;
      if (mode[1] === "new file mode") f.from = undefined;
      if (mode[1] === "deleted file mode") f.to = undefined;
      continue;
    }
    const move = /^(?:rename|copy) (from|to) (.*)$/.exec(line);
    if (move) f[move[1] as "from"] = unquoted(move[2]!);
    const score = /^similarity index (\d+)%$/.exec(line);
    if (score) f.score = Number(score[1]);
    const index = /^index ([0-9a-f]{4,40})\.\.([0-9a-f]{4,40})(?: (\d+))?$/.exec(line);
    if (index) f.oids = [index[1]!, index[2]!];
    if (line.startsWith("Binary files ")) f.binary = [];
    if (line === "GIT binary patch") {
      f.binary = [];
      for (let part = /^(literal|delta) (\d+)/.exec(lines[i + 1] ?? ""); part; part = /^(literal|delta) (\d+)/.exec(lines[i + 1] ?? "")) {
        const data: string[] = [];
        for (i += 2; i < lines.length && lines[i]!.trim() !== ""; i++) data.push(lines[i]!.replace(/\r?\n$/, ""));
        f.binary.push({ delta: part[1] === "delta", size: Number(part[2]), lines: data });
      }
      continue;
    }
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (!hunk) continue;
    let [old, now] = [Number(hunk[2] ?? 1), Number(hunk[4] ?? 1)];
    const body: string[] = [];
    const more = () => (recount ? /^[ +\-\n\\]/.test(lines[i + 1] ?? "x") && !/^--- /.test(lines[i + 1]!) : old > 0 || now > 0);
    while (i + 1 < lines.length && more()) {
      let l = lines[++i]!;
      if (l === "\n") l = " \n";
      if (l.startsWith("\\")) continue;
      if (!/^[ +-]/.test(l)) break;
      if (l[0] !== "+") old--;
      if (l[0] !== "-") now--;
      if (l[0] === "+" && /[ \t]\r?\n?$/.test(l)) f.spaces.push({ file, line: i + 1, text: l.slice(1).replace(/\r?\n$/, "") });
      body.push(l);
      if (lines[i + 1]?.startsWith("\\")) {
        body[body.length - 1] = l.replace(/\n$/, "");
        i++;
      }
    }
    if (!recount && (old > 0 || now > 0)) throw new Failure(`corrupt patch at line ${Math.min(i + 2, lines.length + 1)}`, 128, "error: ");
    f.hunks.push({ oldStart: Number(hunk[1]) + (hunk[2] === "0" ? 1 : 0), newStart: Number(hunk[3]) + (hunk[4] === "0" ? 1 : 0), head: `${hunk[0]}\n`, lines: body });
  }
  return out;
}

/** checkoutIndex writes what the index has to the files. */
export function checkoutIndex(args: string[], repo: Repo): Promise<number> {
  const o = parse(args, "-a --all, -f --force, -q --quiet, -u --index, -n --no-create");
  return o.has("index") ? repo.change(() => checkingOut(repo, o)) : checkingOut(repo, o);
}

async function checkingOut(repo: Repo, o: Options): Promise<number> {
  const work = new Worktree(repo);
  let status = 0;
  const paths = o.has("all") ? repo.index.paths() : o.words.map((w) => repo.local(w));
  for (const path of paths) {
    const e = repo.index.get(path);
    if (!e) {
      say(`git checkout-index: ${path} is not in the cache\n`);
      status = 1;
    } else if (stat(work.file(path)) && !o.has("force")) {
      if (same(work.state(path, e), e)) continue;
      if (!o.has("quiet")) say(`${path} already exists, no checkout\n`);
      status = 1;
    } else await work.put(path, e);
  }
  return status;
}

export function countObjects(args: string[], repo: Repo) {
  const o = parse(args, "-v --verbose, -H --human-readable");
  let count = 0;
  let blocks = 0;
  const dir = `${repo.gitdir}/objects`;
  for (const two of fs.readdirSync(dir)) {
    if (!/^[0-9a-f]{2}$/.test(two)) continue;
    for (const name of fs.readdirSync(`${dir}/${two}`)) {
      count++;
      blocks += Math.ceil(fs.statSync(`${dir}/${two}/${name}`).size / 4096) * 4;
    }
  }
  if (!o.has("verbose")) return out(`${count} objects, ${blocks} kilobytes\n`);
  const packs = fs.readdirSync(`${dir}/pack`).filter((n) => n.endsWith(".pack"));
  const size = packs.reduce((n, p) => n + fs.statSync(`${dir}/pack/${p}`).size, 0);
  out(`count: ${count}\nsize: ${blocks}\nin-pack: ${repo.objects.packs.names().length}\npacks: ${packs.length}\nsize-pack: ${Math.ceil(size / 1024)}\nprune-packable: 0\ngarbage: 0\nsize-garbage: 0\n`);
}

export function variable(args: string[], repo: Repo): number {
  const role = /^GIT_(AUTHOR|COMMITTER)_IDENT$/.exec(args[0] ?? "");
  if (role) out(`${person(repo.who(role[1] as "AUTHOR"))}\n`);
  else if (args[0] === "GIT_EDITOR") out(`${process.env.GIT_EDITOR ?? repo.setting("core.editor") ?? process.env.VISUAL ?? process.env.EDITOR ?? "vi"}\n`);
  else if (args[0] === "GIT_PAGER") out(`${process.env.GIT_PAGER ?? "cat"}\n`);
  else if (args[0] === "GIT_DEFAULT_BRANCH") out(`${repo.setting("init.defaultBranch") ?? "master"}\n`);
  else throw new Failure("usage: git var (-l | <variable>)", 129, "");
  return 0;
}

/** fsck reads every object and looks whether all that they lead to is there. */
export async function fsck(args: string[], repo: Repo): Promise<number> {
  const o = parse(args, "--full, --strict, --no-dangling, --dangling, --unreachable, --connectivity-only, --no-progress, --progress, --lost-found, --no-reflogs, --root, --tags, -v --verbose, --name-objects");
  const all = new Set(repo.objects.packs.names());
  for (const two of fs.readdirSync(`${repo.gitdir}/objects`)) if (/^[0-9a-f]{2}$/.test(two)) for (const rest of fs.readdirSync(`${repo.gitdir}/objects/${two}`)) if (isOid(two + rest)) all.add(two + rest);
  let status = 0;
  const kinds = new Map<string, Kind>();
  const named = new Set<string>(); // by other objects
  const missing = new Map<string, Kind>();
  const need = (oid: string, kind: Kind) => {
    named.add(oid);
    if (!all.has(oid) && !(oid === EMPTY_TREE && kind === "tree")) missing.set(oid, kind);
  };
  for (const oid of all) {
    let object: GitObject | undefined;
    try {
      object = await repo.objects.find(oid);
    } catch {
      // It cannot be unpacked.
    }
    if (!object || hash(object.kind, object.data) !== oid) {
      say(`error: ${oid}: object corrupt or missing\n`);
      status = 1;
      continue;
    }
    kinds.set(oid, object.kind);
    if (object.kind === "commit") {
      const c = await repo.objects.commit(oid);
      need(c.tree, "tree");
      for (const p of await repo.parents(oid)) need(p, "commit");
    } else if (object.kind === "tree") {
      for (const e of await repo.objects.tree(oid)) if (e.mode !== MODULE) need(e.oid, e.mode === FOLDER ? "tree" : "blob");
    } else if (object.kind === "tag") need(object.data.toString("latin1", 7, 47), /^type (\w+)$/m.exec(object.data.toString())?.[1] as Kind);
  }
  for (const r of repo.refs()) {
    named.add(r.oid);
    if (all.has(r.oid)) continue;
    say(`error: ${r.name}: invalid sha1 pointer ${r.oid}\n`);
    status = 2;
  }
  for (const e of repo.index.list()) if (e.mode !== MODULE) need(e.oid, "blob");
  if (repo.head) named.add(repo.head);
  for (const name of ["HEAD", ...repo.refs().map((r) => r.name)]) for (const l of repo.log(name)) named.add(l.from).add(l.to);
  for (const [oid, kind] of missing) {
    out(`missing ${kind} ${oid}\n`);
    status = 2;
  }
  if (!o.has("no-dangling")) for (const [oid, kind] of [...kinds].sort()) if (!named.has(oid)) out(`dangling ${kind} ${oid}\n`);
  return status;
}
