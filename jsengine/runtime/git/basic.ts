import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { basename, resolve } from "node:path";
import { type Options, parse } from "./args.ts";
import { Config, normal, truth } from "./config.ts";
import { parseDate, showDate } from "./dates.ts";
import { type Pair, changedTrees, indexFiles, pairs, patch, plain, present, renamed, sides, silent, stat as statTable, summary, worktreeSides } from "./diff.ts";
import { Failure, fail, refuse } from "./failure.ts";
import { subject } from "./history.ts";
import { edit, flush, out, readStdin, say, tidy } from "./io.ts";
import { Index, type Lock } from "./index_file.ts";
import { EMPTY_TREE, type Person, ZERO, person } from "./objects.ts";
import { Paths } from "./paths.ts";
import { quote } from "./quote.ts";
import { Repo, given, valid } from "./repo.ts";
import { Worktree, same, why } from "./worktree.ts";

export function init(args: string[]) {
  const o = parse(args, "-q --quiet, --bare, -b --initial-branch=, --template=, --shared?, --object-format=, --separate-git-dir=");
  const top = resolve(o.words[0] ?? ".");
  const gitdir = o.has("bare") ? top : `${top}/.git`;
  const again = fs.existsSync(`${gitdir}/HEAD`);
  create(gitdir, o.has("bare"), o.get("initial-branch"));
  if (!o.has("quiet")) out(`${again ? "Reinitialized existing" : "Initialized empty"} Git repository in ${gitdir}/\n`);
}

/** create makes what a repository has to have. */
export function create(gitdir: string, bare: boolean, branch?: string): Repo {
  for (const dir of ["objects/info", "objects/pack", "refs/heads", "refs/tags", "info", "hooks"]) fs.mkdirSync(`${gitdir}/${dir}`, { recursive: true });
  const repo = new Repo(gitdir, bare ? undefined : resolve(gitdir, ".."));
  const first = branch ?? repo.setting("init.defaultBranch") ?? "master";
  if (!valid(`refs/heads/${first}`)) fail(`invalid initial branch name: '${first}'`);
  if (!fs.existsSync(`${gitdir}/HEAD`)) fs.writeFileSync(`${gitdir}/HEAD`, `ref: refs/heads/${first}\n`);
  if (repo.config.get("core.bare") === undefined) {
    repo.config.set("core.repositoryformatversion", "0");
    repo.config.set("core.filemode", "true");
    repo.config.set("core.bare", String(bare));
    if (!bare) repo.config.set("core.logallrefupdates", "true");
  }
  if (!fs.existsSync(`${gitdir}/info/exclude`)) fs.writeFileSync(`${gitdir}/info/exclude`, "");
  if (!fs.existsSync(`${gitdir}/description`)) fs.writeFileSync(`${gitdir}/description`, "Unnamed repository; edit this file 'description' to name the repository.\n");
  return repo;
}

export function config(args: string[], repo?: Repo) {
  const o = parse(
    args,
    "--global, --system, --local, --worktree, -f --file=, --get, --get-all, --get-regexp, --add, --unset, --unset-all, --replace-all, --rename-section, --remove-section, -l --list, -e --edit, --bool, --int, --path, --type=, -z --null, --name-only, --show-origin, --show-scope, --default=, --includes",
  );
  let words = o.words;
  // The words of newer versions.
  const verb = ["list", "get", "set", "unset"].includes(words[0] ?? "") ? words[0] : undefined;
  if (verb) words = words.slice(1);
  const file = o.get("file");
  const own = file !== undefined ? new Config(resolve(file)) : o.has("global") ? new Config(`${process.env.HOME ?? "/"}/.gitconfig`) : o.has("system") ? new Config("/etc/gitconfig") : undefined;
  const readable = own ? [own] : o.has("local") ? [repo?.config ?? fail("--local can only be used inside a git repository")] : [new Config(`${process.env.HOME ?? "/"}/.gitconfig`), ...(repo ? [repo.config] : [])];
  const target = () => own ?? repo?.config ?? fail("not in a git directory");
  const end = o.has("null") ? "\0" : "\n";
  const show = (value: string) => {
    const type = o.get("type") ?? (o.has("bool") ? "bool" : o.has("int") ? "int" : "");
    if (type === "bool") return String(truth(value));
    if (type === "int") return String(Number.parseInt(value, 10) * ({ k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[value.at(-1)!.toLowerCase()] ?? 1));
    return value;
  };
  if (o.has("list") || verb === "list") {
    for (const c of readable) for (const e of c.entries) out(o.has("name-only") ? e.key + end : `${e.key}${o.has("null") ? "\n" : "="}${e.value}${end}`);
    if (!own) for (const [k, v] of given) out(`${k}=${v}${end}`);
    return 0;
  }
  if (o.has("edit")) fail("there is no editor for settings: use git config KEY VALUE");
  const key = words[0] ?? fail("wrong number of arguments, should be from 1 to 2");
  if (o.has("remove-section") || o.has("rename-section")) {
    const c = target();
    if (!c.entries.some((e) => e.key.startsWith(`${key}.`))) fail(`no such section: ${key}`);
    if (o.has("remove-section")) c.drop(key);
    else c.rename(key, words[1] ?? fail("wrong number of arguments"));
    return 0;
  }
  if (o.has("get-regexp")) {
    const re = new RegExp(key, "i");
    let any = false;
    for (const c of readable) {
      for (const e of c.entries) {
        if (!re.test(e.key)) continue;
        any = true;
        out(o.has("name-only") ? e.key + end : `${e.key} ${show(e.value)}${end}`);
      }
    }
    return any ? 0 : 1;
  }
  if (!key.includes(".")) refuse(`key does not contain a section: ${key}`);
  if (!/^[A-Za-z][\w-]*$/.test(key.slice(key.lastIndexOf(".") + 1))) refuse(`invalid key: ${key}`);
  if (o.has("unset") || o.has("unset-all") || verb === "unset") return target().unset(key) ? 0 : 5;
  if (words.length > 1 && verb !== "get" && !o.has("get")) {
    const c = target();
    if (o.has("replace-all")) c.unset(key);
    else if (!o.has("add") && c.all(key).length > 1) {
      say(`warning: ${normal(key)} has multiple values\nerror: cannot overwrite multiple values with a single value\n       Use a regexp, --add or --replace-all to change ${normal(key)}.\n`);
      return 5;
    }
    c.set(key, words[1]!, o.has("add"));
    return 0;
  }
  const values = readable.flatMap((c) => c.all(key));
  if (!own) values.push(...given.filter(([k]) => normal(k) === normal(key)).map(([, v]) => v));
  if (values.length === 0 && o.get("default") !== undefined) values.push(o.get("default")!);
  if (values.length === 0) return 1;
  for (const v of o.has("get-all") ? values : values.slice(-1)) out(show(v) + end);
  return 0;
}

export function add(args: string[], repo: Repo) {
  const o = parse(args, "-A --all, -u --update, -n --dry-run, -v --verbose, -f --force, -N --intent-to-add, -p --patch, -i --interactive, --ignore-errors, --ignore-missing, --renormalize, --chmod=, --refresh, --sparse, --ignore-removal");
  if (o.has("patch") || o.has("interactive")) fail("there is no terminal to choose changes at: name the files");
  const words = [...o.words, ...(o.paths ?? [])];
  const all = o.has("all") || o.has("update");
  if (words.length === 0 && !all) {
    say("Nothing specified, nothing added.\nhint: Maybe you wanted to say 'git add .'?\nhint: Turn this message off by running\nhint: \"git config advice.addEmptyPathspec false\"\n");
    return 0;
  }
  return repo.change((lock) => adding(repo, o, words, lock));
}

function adding(repo: Repo, o: Options, words: string[], lock: Lock): number {
  const work = new Worktree(repo);
  const paths = new Paths(repo, words.length > 0 ? words : [repo.work]);
  for (const name of paths.named) if (work.beyondLink(name)) fail(`pathspec '${name}' is beyond a symbolic link`);
  const { index } = repo;
  if (o.has("dry-run")) lock.release();
  const told = (verb: string, path: string) => {
    if (o.has("verbose") || o.has("dry-run")) out(`${verb} '${path}'\n`);
  };
  for (const path of index.paths()) {
    if (!paths.has(path)) continue;
    const known = index.get(path);
    const here = work.state(path, known);
    if (known && (known.later ? o.has("intent-to-add") : same(here, known))) continue;
    if (!here && o.no("all")) continue;
    told(here ? "add" : "remove", path);
    if (!o.has("dry-run")) here ? work.stage(path) : index.remove(path);
  }
  if (!o.has("update")) {
    const { untracked, ignored } = work.unknown(true);
    for (const path of untracked) {
      if (!paths.has(path)) continue;
      if (path.endsWith("/")) {
        const inner = Repo.find(work.file(path).slice(0, -1), undefined, undefined);
        const head = inner?.head;
        if (!head) refuse(`'${path}' does not have a commit checked out`);
        say(`warning: adding embedded git repository: ${path.slice(0, -1)}\n`);
        index.add(path.slice(0, -1), 0o160000, head);
        continue;
      }
      told("add", path);
      if (o.has("dry-run")) continue;
      if (o.has("intent-to-add")) index.put({ path, mode: work.state(path)!.mode, oid: repo.objects.write("blob", Buffer.alloc(0)), stage: 0, size: 0, mtime: 0, later: true });
      else work.stage(path);
    }
    // What is left out is taken only if it is named, and then only by force.
    const refused: string[] = [];
    for (const name of paths.named) {
      if (name === "" || /[*?[]/.test(name)) continue;
      const within = ignored.find((i) => i === name || i === `${name}/` || (i.endsWith("/") && name.startsWith(i)));
      if (!within) continue;
      if (!o.has("force")) {
        // The uppermost that is left out is what is told.
        refused.push(within.replace(/\/$/, ""));
        paths.has(name);
        continue;
      }
      const take = (path: string) => {
        if (!fs.lstatSync(work.file(path)).isDirectory()) {
          told("add", path);
          if (!o.has("dry-run")) work.stage(path);
        } else for (const e of fs.readdirSync(work.file(path))) if (e !== ".git") take(`${path}/${e}`);
      };
      paths.has(name);
      take(name);
    }
    if (refused.length > 0) {
      say(`The following paths are ignored by one of your .gitignore files:\n${refused.map((p) => `${p}\n`).join("")}hint: Use -f if you really want to add them.\nhint: Turn this message off by running\nhint: "git config advice.addIgnoredFile false"\n`);
      return 1;
    }
  }
  const unused = paths.unused;
  if (unused !== undefined && !fs.existsSync(resolve(unused))) fail(`pathspec '${unused}' did not match any files`);
  const mode = o.get("chmod");
  if (mode) {
    for (const path of index.paths()) {
      const e = index.get(path);
      if (e && paths.has(path)) e.mode = mode === "+x" ? 0o100755 : 0o100644;
    }
  }
  return 0;
}

export function rm(args: string[], repo: Repo) {
  const o = parse(args, "--cached, -r, -f --force, -n --dry-run, -q --quiet, --ignore-unmatch");
  const words = [...o.words, ...(o.paths ?? [])];
  if (words.length === 0) fail("No pathspec was given. Which files should I remove?");
  return repo.change((lock) => removing(repo, o, words, lock));
}

async function removing(repo: Repo, o: Options, words: string[], lock: Lock) {
  if (o.has("dry-run")) lock.release();
  const paths = new Paths(repo, words);
  const work = new Worktree(repo);
  const head = await repo.headFiles();
  const gone = repo.index.paths().filter(paths.has);
  if (paths.unused !== undefined && !o.has("ignore-unmatch")) fail(`pathspec '${paths.unused}' did not match any files`);
  if (!o.has("r")) {
    const folder = paths.named.find((n) => !/[*?[]/.test(n) && !repo.index.has(n) && gone.some((p) => n === "" || p.startsWith(`${n}/`)));
    if (folder !== undefined) fail(`not removing '${folder || "."}' recursively without -r`);
  }
  if (!o.has("force")) {
    const both: string[] = [];
    const staged: string[] = [];
    const local: string[] = [];
    for (const path of gone) {
      const known = repo.index.get(path);
      const here = work.state(path, known);
      if (!known || !here) continue;
      const changed = !same(here, known);
      const isStaged = !same(head.get(path), known);
      if (changed && isStaged) both.push(path);
      else if (o.has("cached")) continue;
      else if (isStaged) staged.push(path);
      else if (changed) local.push(path);
    }
    const list = (names: string[], one: string, many: string, hint: string) => (names.length > 0 ? `error: the following ${names.length === 1 ? `file has ${one}` : `files have ${many}`}:\n${names.map((n) => `    ${n}\n`).join("")}(${hint})\n` : "");
    const what = "staged content different from both the\nfile and the HEAD";
    const text = list(both, what, what, "use -f to force removal") + list(staged, "changes staged in the index", "changes staged in the index", "use --cached to keep the file, or -f to force removal") + list(local, "local modifications", "local modifications", "use --cached to keep the file, or -f to force removal");
    if (text) throw new Failure(text.trimEnd(), 1, "");
  }
  for (const path of gone) {
    if (!o.has("quiet")) out(`rm '${path}'\n`);
    if (o.has("dry-run")) continue;
    repo.index.remove(path);
    if (!o.has("cached")) work.remove(path);
  }
}

export function mv(args: string[], repo: Repo) {
  const o = parse(args, "-f --force, -n --dry-run, -k, -v --verbose");
  const words = [...o.words, ...(o.paths ?? [])];
  if (words.length < 2) throw new Failure("usage: git mv [<options>] <source>... <destination>", 129, "");
  return repo.change(() => moving(repo, o, words));
}

function moving(repo: Repo, o: Options, words: string[]) {
  const work = new Worktree(repo);
  const target = words.pop()!;
  const folder = fs.statSync(resolve(target), { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (words.length > 1 && !folder) fail(`destination '${target}' is not a directory`);
  for (const word of words) {
    const from = repo.local(word);
    const to = folder ? `${repo.local(target)}/${basename(from)}`.replace(/^\//, "") : repo.local(target);
    const bad = (why: string) => fail(`${why}, source=${from}, destination=${to}`);
    const s = fs.lstatSync(work.file(from), { throwIfNoEntry: false });
    if (!s) bad("bad source");
    const moved = repo.index.list().filter((e) => e.path === from || e.path.startsWith(`${from}/`));
    if (moved.length === 0) bad(s!.isDirectory() ? "source directory is empty" : "not under version control");
    if (fs.existsSync(work.file(to)) && !o.has("force")) bad("destination exists");
    if (o.has("verbose") || o.has("dry-run")) out(`Renaming ${from} to ${to}\n`);
    if (o.has("dry-run")) continue;
    fs.renameSync(work.file(from), work.file(to));
    for (const e of moved) repo.index.remove(e.path);
    for (const e of moved) repo.index.put({ ...e, path: to + e.path.slice(from.length) });
  }
}

// Status.

interface State {
  staged: Pair[];
  changed: Pair[];
  conflicts: string[];
  untracked: string[];
  ignored: string[];
}

/** look compares HEAD, the index and the work tree. */
export async function look(repo: Repo, untracked: string, wanted: (path: string) => boolean = () => true, renames = 50): Promise<State> {
  const work = new Worktree(repo);
  work.refresh();
  const index = sides(repo, indexFiles(repo), wanted);
  const conflicts = repo.index.conflicts().filter(wanted);
  const head = sides(repo, await repo.headFiles(), (p) => wanted(p) && !conflicts.includes(p));
  const staged = await renamed(pairs(head, index), renames);
  const changed = pairs(index, worktreeSides(work, (p) => wanted(p) && repo.index.get(p) !== undefined));
  const unknown = untracked === "no" ? { untracked: [], ignored: [] } : work.unknown(untracked === "all");
  return { staged, changed, conflicts, untracked: unknown.untracked.filter(wanted), ignored: unknown.ignored.filter(wanted) };
}

const CONFLICTS: Record<string, [string, string]> = { "1": ["DD", "both deleted"], "2": ["AU", "added by us"], "3": ["UA", "added by them"], "12": ["UD", "deleted by them"], "13": ["DU", "deleted by us"], "23": ["AA", "both added"], "123": ["UU", "both modified"] };

function conflictOf(repo: Repo, path: string): [string, string] {
  return CONFLICTS[[1, 2, 3].filter((s) => repo.index.get(path, s)).join("")] ?? ["UU", "both modified"];
}

export async function status(args: string[], repo: Repo) {
  const o = parse(args, "-s --short, -b --branch, --porcelain?, --long, -v --verbose, -u --untracked-files?, --ignored?, -z --null, --ahead-behind, --no-renames, --renames, --find-renames?, --column?, --ignore-submodules?, --show-stash");
  const u = o.get("untracked-files");
  const paths = new Paths(repo, [...o.words, ...(o.paths ?? [])]);
  const state = await look(repo, u === undefined ? (repo.setting("status.showUntrackedFiles") ?? "normal") : u || "all", paths.has, o.has("no-renames") ? 0 : 50);
  if (!o.has("ignored")) state.ignored = [];
  const v2 = o.get("porcelain") === "v2" || o.get("porcelain") === "2";
  if (v2) return porcelain2(repo, state, o.has("branch"), o.has("null") ? "\0" : "\n");
  if (o.has("short") || o.has("porcelain") || o.has("null")) return short(repo, state, o.has("branch"), o.has("null"), !o.has("porcelain") && !o.has("null"));
  await long(repo, state, out);
}

async function tracking(repo: Repo): Promise<{ name: string; gone: boolean; ahead: number; behind: number } | undefined> {
  const up = repo.upstream();
  if (!up) return undefined;
  const theirs = repo.ref(up.ref);
  const name = up.ref.replace(/^refs\/(remotes|heads)\//, "");
  if (!theirs || !repo.head) return { name, gone: true, ahead: 0, behind: 0 };
  return { name, gone: false, ...(await repo.distance(repo.head, theirs)) };
}

async function short(repo: Repo, s: State, branch: boolean, zero: boolean, relative: boolean) {
  const end = zero ? "\0" : "\n";
  const name = (p: string) => {
    if (zero) return p;
    const shown = relative ? repo.shown(p) : p;
    const quoted = quote(shown);
    return quoted === shown && shown.includes(" ") ? `"${shown}"` : quoted;
  };
  if (branch) {
    const t = await tracking(repo);
    const at = repo.branch === undefined ? "HEAD (no branch)" : (repo.head ? "" : "No commits yet on ") + repo.branch;
    const counts = t && (t.gone ? "gone" : [t.ahead ? `ahead ${t.ahead}` : "", t.behind ? `behind ${t.behind}` : ""].filter(Boolean).join(", "));
    out(`## ${at}${t ? `...${t.name}` : ""}${counts ? ` [${counts}]` : ""}${end}`);
  }
  const rows = new Map<string, { x: string; y: string; from?: string }>();
  for (const p of s.staged) rows.set((p.now ?? p.old)!.path, { x: p.status, y: " ", from: p.status === "R" ? p.old!.path : undefined });
  for (const p of s.changed) {
    const path = (p.now ?? p.old)!.path;
    const row = rows.get(path);
    if (row) row.y = p.status;
    else rows.set(path, { x: " ", y: p.status });
  }
  for (const path of s.conflicts) {
    const [code] = conflictOf(repo, path);
    rows.set(path, { x: code[0]!, y: code[1]! });
  }
  for (const path of [...rows.keys()].sort()) {
    const r = rows.get(path)!;
    out(r.from === undefined ? `${r.x}${r.y} ${name(path)}${end}` : zero ? `${r.x}${r.y} ${path}\0${r.from}\0` : `${r.x}${r.y} ${name(r.from)} -> ${name(path)}${end}`);
  }
  for (const path of s.untracked) out(`?? ${name(path)}${end}`);
  for (const path of s.ignored) out(`!! ${name(path)}${end}`);
}

async function porcelain2(repo: Repo, s: State, branch: boolean, end: string) {
  if (branch) {
    out(`# branch.oid ${repo.head ?? "(initial)"}${end}# branch.head ${repo.branch ?? "(detached)"}${end}`);
    const t = await tracking(repo);
    if (t) out(`# branch.upstream ${t.name}${end}${t.gone ? "" : `# branch.ab +${t.ahead} -${t.behind}${end}`}`);
  }
  const octal = (n = 0) => n.toString(8).padStart(6, "0");
  const zero = "0".repeat(40);
  const rows = new Map<string, { staged?: Pair; changed?: Pair }>();
  for (const p of s.staged) rows.set((p.now ?? p.old)!.path, { staged: p });
  for (const p of s.changed) rows.set((p.now ?? p.old)!.path, { ...rows.get((p.now ?? p.old)!.path), changed: p });
  for (const path of [...rows.keys()].sort()) {
    const { staged, changed } = rows.get(path)!;
    const code = (staged?.status ?? ".") + (changed?.status ?? ".");
    const head = staged ? staged.old : changed?.old;
    const index = staged ? staged.now : changed?.old;
    const work = changed ? changed.now : index;
    const fields = `${code} N... ${octal(head?.mode)} ${octal(index?.mode)} ${octal(work?.mode)} ${head?.oid ?? zero} ${index?.oid ?? zero}`;
    out(staged?.status === "R" ? `2 ${fields} R${staged.score} ${quote(path)}${end === "\0" ? "\0" : "\t"}${quote(staged.old!.path)}${end}` : `1 ${fields} ${quote(path)}${end}`);
  }
  for (const path of s.conflicts) {
    const stage = (n: number) => repo.index.get(path, n);
    const here = new Worktree(repo).state(path);
    out(`u ${conflictOf(repo, path)[0]} N... ${[1, 2, 3].map((n) => octal(stage(n)?.mode)).join(" ")} ${octal(here?.mode)} ${[1, 2, 3].map((n) => stage(n)?.oid ?? zero).join(" ")} ${quote(path)}${end}`);
  }
  for (const path of s.untracked) out(`? ${quote(path)}${end}`);
  for (const path of s.ignored) out(`! ${quote(path)}${end}`);
}

const WORDS: Record<string, string> = { A: "new file", D: "deleted", M: "modified", R: "renamed", C: "copied", T: "typechange" };

/** relation says how a branch lies to the one that it follows. */
export async function relation(repo: Repo): Promise<string> {
  const t = await tracking(repo);
  if (!t) return "";
  const commits = (n: number) => `${n} commit${n === 1 ? "" : "s"}`;
  if (t.gone) return repo.head ? `Your branch is based on '${t.name}', but the upstream is gone.\n  (use "git branch --unset-upstream" to fixup)\n` : "";
  if (t.ahead && t.behind) {
    return `Your branch and '${t.name}' have diverged,\nand have ${t.ahead} and ${t.behind} different commits each, respectively.\n  (use "git pull" to merge the remote branch into yours)\n`;
  }
  if (t.ahead) return `Your branch is ahead of '${t.name}' by ${commits(t.ahead)}.\n  (use "git push" to publish your local commits)\n`;
  if (t.behind) return `Your branch is behind '${t.name}' by ${commits(t.behind)}, and can be fast-forwarded.\n  (use "git pull" to update your local branch)\n`;
  return `Your branch is up to date with '${t.name}'.\n`;
}

/** long writes a status for people. What is said at its end, if nothing is staged, may be given. */
async function long(repo: Repo, s: State, write: (text: string) => void, nothing?: string) {
  let text = "";
  const rebasing = repo.text("rebase-merge/head-name")?.trim();
  if (rebasing !== undefined) text += `interactive rebase in progress; onto ${repo.short(repo.text("rebase-merge/onto")!.trim())}\n`;
  text += repo.branch === undefined ? (rebasing !== undefined ? "" : `HEAD detached at ${repo.head ? repo.short(repo.head) : "nothing"}\n`) : `On branch ${repo.branch}\n`;
  const up = await relation(repo);
  if (up) text += `${up}\n`;
  if (!repo.head) text += "\nNo commits yet\n\n";
  const conflicts = s.conflicts.length > 0;
  if (repo.text("MERGE_HEAD") !== undefined) {
    text += conflicts ? 'You have unmerged paths.\n  (fix conflicts and run "git commit")\n  (use "git merge --abort" to abort the merge)\n\n' : 'All conflicts fixed but you are still merging.\n  (use "git commit" to conclude merge)\n\n';
  } else if (repo.text("rebase-apply/applying") !== undefined) {
    text += 'You are in the middle of an am session.\n  (fix conflicts and then run "git am --continue")\n  (use "git am --skip" to skip this patch)\n  (use "git am --abort" to restore the original branch)\n\n';
  } else if (rebasing !== undefined) {
    const done = (repo.text("rebase-merge/done") ?? "").split("\n").filter(Boolean);
    const todo = (repo.text("rebase-merge/git-rebase-todo") ?? "").split("\n").filter(Boolean);
    const commands = (n: number) => `${n} ${n === 1 ? "command" : "commands"}`;
    const list = (lines: string[]) => lines.map((l) => `   ${l}\n`).join("");
    if (done.length > 0) text += `Last command${done.length === 1 ? "" : "s"} done (${commands(done.length)} done):\n${list(done.slice(-2))}${done.length > 2 ? "  (see more in file .git/rebase-merge/done)\n" : ""}`;
    text += todo.length > 0 ? `Next command${todo.length === 1 ? "" : "s"} to do (${todo.length} remaining command${todo.length === 1 ? "" : "s"}):\n${list(todo.slice(0, 2))}  (use "git rebase --edit-todo" to view and edit)\n` : "No commands remaining.\n";
    const at = `You are currently rebasing branch '${rebasing.replace("refs/heads/", "")}' on '${repo.short(repo.text("rebase-merge/onto")!.trim())}'.\n`;
    const editing = !conflicts && repo.text("MERGE_MSG") === undefined; // nothing waits to be committed
    if (editing) text += `${at.replace("are currently rebasing", "are currently editing a commit while rebasing")}  (use "git commit --amend" to amend the current commit)\n  (use "git rebase --continue" once you are satisfied with your changes)\n\n`;
    else text += at + (conflicts ? '  (fix conflicts and then run "git rebase --continue")\n  (use "git rebase --skip" to skip this patch)\n  (use "git rebase --abort" to check out the original branch)\n\n' : '  (all conflicts fixed: run "git rebase --continue")\n\n');
  } else if (repo.text("CHERRY_PICK_HEAD") !== undefined) {
    text += `You are currently cherry-picking commit ${repo.short(repo.text("CHERRY_PICK_HEAD")!.trim())}.\n`;
    text += `${conflicts ? '  (fix conflicts and run "git cherry-pick --continue")' : '  (all conflicts fixed: run "git cherry-pick --continue")'}\n  (use "git cherry-pick --skip" to skip this patch)\n  (use "git cherry-pick --abort" to cancel the cherry-pick operation)\n\n`;
  } else if (repo.text("REVERT_HEAD") !== undefined) {
    text += `You are currently reverting commit ${repo.short(repo.text("REVERT_HEAD")!.trim())}.\n`;
    text += `${conflicts ? '  (fix conflicts and run "git revert --continue")' : '  (all conflicts fixed: run "git revert --continue")'}\n  (use "git revert --skip" to skip this patch)\n  (use "git revert --abort" to cancel the revert operation)\n\n`;
  }
  const line = (word: string, name: string) => `\t${`${word}:`.padEnd(12)}${name}\n`;
  const shown = (path: string) => quote(repo.shown(path));
  const name = (p: Pair) => (p.status === "R" ? `${shown(p.old!.path)} -> ${shown(p.now!.path)}` : shown((p.now ?? p.old)!.path));
  const unstage = repo.head ? '  (use "git restore --staged <file>..." to unstage)\n' : '  (use "git rm --cached <file>..." to unstage)\n';
  if (s.staged.length > 0) text += `Changes to be committed:\n${repo.text("MERGE_HEAD") === undefined ? unstage : ""}${s.staged.map((p) => line(WORDS[p.status]!, name(p))).join("")}\n`;
  if (conflicts) {
    const gone = s.conflicts.some((p) => conflictOf(repo, p)[0].includes("D"));
    const use = gone ? '  (use "git add/rm <file>..." as appropriate to mark resolution)\n' : '  (use "git add <file>..." to mark resolution)\n';
    text += `Unmerged paths:\n${repo.text("MERGE_HEAD") === undefined ? unstage : ""}${use}${s.conflicts.map((p) => `\t${`${conflictOf(repo, p)[1]}:`.padEnd(17)}${shown(p)}\n`).join("")}\n`;
  }
  if (s.changed.length > 0) {
    const add = s.changed.some((p) => p.status === "D") ? "add/rm" : "add";
    text += `Changes not staged for commit:\n  (use "git ${add} <file>..." to update what will be committed)\n  (use "git restore <file>..." to discard changes in working directory)\n${s.changed.map((p) => line(WORDS[p.status]!, name(p))).join("")}\n`;
  }
  if (s.untracked.length > 0) text += `Untracked files:\n  (use "git add <file>..." to include in what will be committed)\n${s.untracked.map((p) => `\t${shown(p)}\n`).join("")}\n`;
  if (s.ignored.length > 0) text += `Ignored files:\n  (use "git add -f <file>..." to include in what will be committed)\n${s.ignored.map((p) => `\t${shown(p)}\n`).join("")}\n`;
  if (nothing !== undefined) text += nothing;
  else if (s.staged.length === 0) {
    if (s.changed.length > 0 || conflicts) text += 'no changes added to commit (use "git add" and/or "git commit -a")\n';
    else if (s.untracked.length > 0) text += 'nothing added to commit but untracked files present (use "git add" to track)\n';
    else if (repo.text("MERGE_HEAD") === undefined) text += repo.head ? "nothing to commit, working tree clean\n" : 'nothing to commit (create/copy files and use "git add" to track)\n';
  }
  write(text);
}

// Commit.

/** hookFile gives the file of one of the repository's own programs, if it is there. */
function hookFile(repo: Repo, name: string): string | undefined {
  const file = `${repo.setting("core.hooksPath") ? resolve(repo.top ?? repo.gitdir, repo.setting("core.hooksPath")!) : `${repo.gitdir}/hooks`}/${name}`;
  const s = fs.statSync(file, { throwIfNoEntry: false });
  return s?.isFile() && s.mode & 0o111 ? file : undefined;
}

/** hook runs one of the repository's own programs, if it is there. index is the file in which it finds the index, if that is another. */
export function hook(repo: Repo, name: string, args: string[] = [], input?: string, index?: string): boolean {
  const file = hookFile(repo, name);
  if (!file) return true;
  flush(true);
  const env = index === undefined ? process.env : { ...process.env, GIT_INDEX_FILE: index };
  const { status } = spawnSync(file, args, { stdio: [input === undefined ? "inherit" : "pipe", "inherit", "inherit"], input, cwd: repo.top ?? repo.gitdir, env });
  return status === 0;
}

/** EMPTY_PICK says what is wrong where a pick changes nothing any more. */
export const EMPTY_PICK = "The previous cherry-pick is now empty, possibly due to conflict resolution.\nIf you wish to commit it anyway, use:\n\n    git commit --allow-empty\n\nOtherwise, please use 'git cherry-pick --skip'\n";

export interface NewCommit {
  tree: string;
  parents: string[];
  message: string;
  author?: Person;
}

/** write makes a commit. */
export function write(repo: Repo, c: NewCommit): string {
  const committer = repo.who("COMMITTER");
  const author = c.author ?? repo.who("AUTHOR");
  const head = `tree ${c.tree}\n${c.parents.map((p) => `parent ${p}\n`).join("")}author ${person(author)}\ncommitter ${person(committer)}\n\n`;
  return repo.objects.write("commit", Buffer.from(head + c.message));
}

/** told says in one line, and a table, what a commit is. */
export async function told(repo: Repo, oid: string, quiet = false, dated = false) {
  if (quiet) return;
  const c = await repo.objects.commit(oid);
  const where = `${repo.branch ?? "detached HEAD"}${c.parents.length === 0 ? " (root-commit)" : ""}`;
  out(`[${where} ${repo.short(oid)}] ${subject(c.message)}\n`);
  if (person(c.author).split(">")[0] !== person(c.committer).split(">")[0]) out(` Author: ${c.author.name} <${c.author.email}>\n`);
  if (dated) out(` Date: ${showDate(c.author)}\n`);
  if (c.parents.length > 1) return;
  const before = c.parents[0] ? (await repo.objects.commit(c.parents[0])).tree : undefined;
  const list = await renamed(await changedTrees(repo, before, c.tree), 50);
  const patches = [];
  for (const p of list) patches.push(await patch(p, plain));
  out(statTable(patches, 80, true) + summary(list));
}

export async function commit(args: string[], repo: Repo) {
  const o = parse(
    args,
    "-a --all, -m --message=, -F --file=, -C --reuse-message=, -c --reedit-message=, --amend, --allow-empty, --allow-empty-message, -q --quiet, -v --verbose, -n --no-verify, --author=, --date=, -s --signoff, --edit, -e, --dry-run, -o --only, -i --include, --reset-author, --cleanup=, -S --gpg-sign?, --no-gpg-sign, --fixup=, --squash=, --trailer=, --short, --porcelain, -u --untracked-files?, --no-post-rewrite, --verify, -p --patch, -t --template=",
  );
  if (o.has("patch")) fail("there is no terminal to choose changes at: name the files");
  const words = [...o.words, ...(o.paths ?? [])];
  if (o.has("all") && words.length > 0) fail(`paths '${words[0]} ...' with -a does not make sense`);
  // An index that is committed as it is is not kept from others while hooks and an
  // editor run; one that is to be another is.
  const done = o.has("all") || words.length > 0 ? await repo.change((lock) => staging(repo, o, words, lock)) : await asItIs(repo, o);
  if (typeof done === "number") return done;
  hook(repo, "post-commit");
  if (o.has("amend")) hook(repo, "post-rewrite", ["amend"], `${done.before} ${done.oid}\n`);
  await told(repo, done.oid, o.has("quiet"), done.dated);
  return 0;
}

/** verified says whether the hooks of a commit are to run. */
const verified = (o: Options) => !o.has("no-verify") && !o.no("verify");

async function asItIs(repo: Repo, o: Options): Promise<Made | number> {
  await repo.change(() => new Worktree(repo).refresh());
  unmerged(repo);
  authorOf(o);
  if (verified(o) && hookFile(repo, "pre-commit")) {
    if (!hook(repo, "pre-commit")) return 1;
    repo.reread();
  }
  return conclude(repo, o);
}

/** staging commits what it stages before; if nothing is committed the index stays as it was. */
async function staging(repo: Repo, o: Options, words: string[], lock: Lock): Promise<Made | number> {
  const work = new Worktree(repo);
  const { index } = repo;
  const head = words.length > 0 ? await repo.headFiles() : new Map<string, { mode: number; oid: string }>();
  const paths = new Paths(repo, words.length > 0 ? words : [repo.work]);
  const part = words.length > 0 && !o.has("include");
  if (part && repo.text("MERGE_HEAD") !== undefined) fail("cannot do a partial commit during a merge.");
  const taken: string[] = [];
  for (const path of new Set([...index.paths(), ...head.keys()])) {
    if (!paths.has(path)) continue;
    taken.push(path);
    const known = index.get(path);
    const here = work.state(path, known);
    if (!known || !same(here, known)) here ? work.stage(path) : index.remove(path);
  }
  if (words.length > 0 && paths.unused !== undefined) throw new Failure(`pathspec '${paths.unused}' did not match any file(s) known to git`, 1, "error: ");
  unmerged(repo);
  authorOf(o);
  // The hooks find what is to be committed as the index. If that is only a part of it, in a file of its own.
  const file = part ? `${repo.gitdir}/next-index-${process.pid}.lock` : lock.file;
  index.write(lock.file);
  try {
    if (part) {
      const next = new Index(file);
      for (const [path, was] of head) next.add(path, was.mode, was.oid);
      for (const path of taken) {
        const e = index.get(path);
        if (e) next.put(e);
        else next.remove(path);
      }
      next.write(file);
      repo.reread(file);
    }
    let done: Made | number = 1;
    if (!verified(o) || !hookFile(repo, "pre-commit")) done = await conclude(repo, o, file);
    else if (hook(repo, "pre-commit", [], undefined, file)) {
      repo.reread(file);
      done = await conclude(repo, o, file);
    }
    if (typeof done === "number") {
      lock.release();
      return done;
    }
    lock.commit();
    repo.reread();
    return done;
  } finally {
    if (part) fs.rmSync(file, { force: true });
  }
}

function unmerged(repo: Repo) {
  const conflicts = repo.index.conflicts();
  if (conflicts.length > 0) {
    throw new Failure("error: Committing is not possible because you have unmerged files.\nhint: Fix them up in the work tree, and then use 'git add/rm <file>'\nhint: as appropriate to mark resolution and make a commit.\nfatal: Exiting because of an unresolved conflict." + conflicts.map((p) => `\nU\t${p}`).join(""), 128, "");
  }
}

/** authorOf reads --author: the name and the address, in a match. */
function authorOf(o: Options): RegExpExecArray | undefined {
  const text = o.get("author");
  return text === undefined ? undefined : (/^(.*?)\s*<(.*)>$/.exec(text) ?? fail(`--author '${text}' is not 'Name <email>' and matches no existing author`));
}

interface Made {
  oid: string;
  /** What HEAD was before. */
  before: string;
  dated: boolean;
}

/** conclude makes the commit of what is in the index, which hooks find in a file. */
async function conclude(repo: Repo, o: Options, file?: string): Promise<Made | number> {
  const { index } = repo;
  const amend = o.has("amend");
  const { head } = repo;
  if (amend && !head) fail("You have nothing to amend.");
  for (const [file, what] of [["MERGE_HEAD", "merge"], ["CHERRY_PICK_HEAD", "cherry-pick"]] as const) {
    if (amend && repo.text(file) !== undefined) fail(`You are in the middle of a ${what} -- cannot amend.`);
  }
  const old = amend ? await repo.objects.commit(repo.head!) : undefined;
  const tree = index.tree(repo.objects);
  const merging = (repo.text("MERGE_HEAD") ?? "").split("\n").filter(Boolean);
  const picked = repo.text("CHERRY_PICK_HEAD")?.trim();
  const parents = old ? old.parents : head ? [head, ...merging] : [];
  const before = parents[0] ? (await repo.objects.commit(parents[0])).tree : EMPTY_TREE;
  if ((tree === before && parents.length < 2 && !o.has("allow-empty") && !amend) || o.has("dry-run")) {
    if (picked && !o.has("dry-run")) say(EMPTY_PICK);
    await long(repo, await look(repo, "normal"), out);
    return o.has("dry-run") && tree !== before ? 0 : 1;
  }
  if (amend && tree === before && parents.length === 1 && !o.has("allow-empty")) {
    say('You asked to amend the most recent commit, but doing so would make\nit empty. You can repeat your command with --allow-empty, or you can\nremove the commit entirely with "git reset HEAD^".\n');
    await long(repo, { ...(await look(repo, "normal")), staged: [] }, out, "No changes\n");
    return 1;
  }
  const named = authorOf(o);
  const reused = o.get("reuse-message") ?? o.get("reedit-message");
  const source = reused === undefined ? undefined : await repo.commitOf(reused);
  const given = o.get("file");
  let message = o.all("message").join("\n\n");
  let edited = o.has("edit") || o.has("e") || o.get("reedit-message") !== undefined;
  if (o.get("fixup")) message = `fixup! ${subject((await repo.commitOf(o.get("fixup")!)).message)}\n\n${message}`;
  else if (o.get("squash")) message = `squash! ${subject((await repo.commitOf(o.get("squash")!)).message)}\n\n${message}`;
  else if (o.all("message").length > 0) message += "\n";
  else if (given !== undefined) message = given === "-" ? readStdin().toString() : fs.readFileSync(resolve(given), "utf8");
  else if (source) message = source.message;
  else {
    message = old?.message ?? repo.text("MERGE_MSG") ?? repo.text("SQUASH_MSG") ?? "";
    edited = edited || !o.no("edit");
  }
  if (o.no("edit")) edited = false;
  if (o.has("signoff")) {
    const me = repo.who("COMMITTER");
    const line = `Signed-off-by: ${me.name} <${me.email}>`;
    if (!message.includes(line)) message = `${message.trimEnd()}\n${/\n[\w-]+: .*\s*$/.test(message) ? "" : "\n"}${line}\n`;
  }
  for (const t of o.all("trailer")) message = `${message.trimEnd()}\n${/\n[\w-]+: .*\s*$/.test(message) ? "" : "\n"}${t.replace("=", ": ")}\n`;
  if (edited) message += "\n# Please enter the commit message for your changes. Lines starting\n# with '#' will be ignored, and an empty message aborts the commit.\n";
  if (hookFile(repo, "prepare-commit-msg")) {
    const from = given !== undefined || o.all("message").length > 0 || o.get("fixup") || o.get("squash") ? ["message"] : reused !== undefined ? ["commit", reused] : amend ? ["commit", "HEAD"] : repo.text("MERGE_MSG") !== undefined ? ["merge"] : repo.text("SQUASH_MSG") !== undefined ? ["squash"] : [];
    repo.place("COMMIT_EDITMSG", message);
    if (!hook(repo, "prepare-commit-msg", [`${repo.shownDir}/COMMIT_EDITMSG`, ...from], undefined, file)) return 1;
    message = repo.text("COMMIT_EDITMSG") ?? "";
  }
  if (edited) message = edit(repo, "COMMIT_EDITMSG", message);
  if (o.get("cleanup") !== "verbatim") message = tidy(message, (edited && o.get("cleanup") !== "whitespace") || o.get("cleanup") === "strip");
  fs.writeFileSync(`${repo.gitdir}/COMMIT_EDITMSG`, message);
  if (verified(o)) {
    if (!hook(repo, "commit-msg", [`${repo.shownDir}/COMMIT_EDITMSG`], undefined, file)) return 1;
    message = repo.text("COMMIT_EDITMSG")!;
  }
  if (message === "" && !o.has("allow-empty-message")) throw new Failure("Aborting commit due to empty commit message.", 1, "");
  let author = o.has("reset-author") ? repo.who("AUTHOR") : (source?.author ?? old?.author ?? (picked ? (await repo.commitOf(picked)).author : repo.who("AUTHOR")));
  if (named) author = { ...author, name: named[1]!, email: named[2]! };
  if (o.get("date") !== undefined) author = { ...author, ...parseDate(o.get("date")) };
  const oid = write(repo, { tree, parents, message, author });
  const why = amend ? "commit (amend)" : parents.length === 0 ? "commit (initial)" : merging.length > 0 ? "commit (merge)" : picked ? "commit (cherry-pick)" : "commit";
  repo.set("HEAD", oid, `${why}: ${subject(message)}`, head ?? ZERO);
  repo.drop("MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "SQUASH_MSG", "CHERRY_PICK_HEAD", "REVERT_HEAD");
  return { oid, before: head ?? ZERO, dated: amend || o.get("date") !== undefined || picked !== undefined };
}

export function clean(args: string[], repo: Repo) {
  const o = parse(args, "-f --force, -d, -n --dry-run, -x, -X, -q --quiet, -e --exclude=, -i --interactive");
  if (!o.has("force") && !o.has("dry-run") && repo.flag("clean.requireForce") !== false) fail("clean.requireForce defaults to true and neither -i, -n, nor -f given; refusing to clean");
  const work = new Worktree(repo);
  const words = [...o.words, ...(o.paths ?? [])];
  const paths = new Paths(repo, words.length > 0 ? words : ["."]);
  const keep = new Paths(repo, o.all("exclude").map((e) => `:(top)${e}`));
  for (const path of work.litter(!o.has("X"), o.has("x") || o.has("X"), o.has("d") || words.length > 0)) {
    const folder = path.endsWith("/");
    if (!paths.has(path) || (!keep.all && keep.has(path))) continue;
    if (folder && fs.existsSync(`${work.file(path)}.git`) && o.all("force").length < 2) {
      if (!o.has("quiet")) out(`Skipping repository ${quote(repo.shown(path))}\n`);
      continue;
    }
    if (!o.has("quiet") || o.has("dry-run")) out(`${o.has("dry-run") ? "Would remove" : "Removing"} ${quote(repo.shown(path))}\n`);
    if (!o.has("dry-run")) fs.rmSync(work.file(path).replace(/\/$/, ""), { recursive: true, force: true });
  }
}

export async function reset(args: string[], repo: Repo) {
  const o = parse(args, "--soft, --mixed, --hard, --merge, --keep, -q --quiet, -p --patch, -N --intent-to-add");
  if (o.has("patch")) fail("there is no terminal to choose changes at: name the files");
  let words = [...o.words];
  let rev = "HEAD";
  if (words.length > 0 && (await repo.resolve(words[0]!)) !== undefined) rev = words.shift()!;
  else if (words.length > 0 && !repo.index.has(repo.local(words[0]!)) && !fs.existsSync(resolve(words[0]!)) && o.paths === undefined) await repo.need(words[0]!);
  words = [...words, ...(o.paths ?? [])];
  return o.has("soft") ? resetting(repo, o, rev, words) : repo.change(() => resetting(repo, o, rev, words));
}

async function resetting(repo: Repo, o: Options, rev: string, words: string[]) {
  const { index } = repo;
  const work = new Worktree(repo);
  if (words.length > 0) {
    if (o.has("hard") || o.has("soft")) fail(`Cannot do ${o.has("hard") ? "hard" : "soft"} reset with paths.`);
    const oid = await repo.resolve(rev);
    const files = oid ? await repo.objects.files(await repo.objects.treeOf(oid)) : new Map<string, { mode: number; oid: string }>();
    const paths = new Paths(repo, words);
    for (const path of new Set([...index.paths(), ...files.keys()])) {
      if (!paths.has(path)) continue;
      const to = files.get(path);
      if (!to) index.remove(path);
      else if (!same(index.get(path), to)) index.add(path, to.mode, to.oid);
    }
    work.refresh();
    if (!o.has("quiet")) await unstaged(repo, work);
    return;
  }
  if (!repo.head && rev === "HEAD") {
    for (const path of index.paths()) index.remove(path);
    return;
  }
  const target = await repo.commitOf(rev);
  const hard = o.has("hard") || o.has("merge") || o.has("keep");
  if (o.has("soft") && index.conflicts().length > 0) fail("Cannot do a soft reset in the middle of a merge.");
  if (hard) {
    const files = await repo.objects.files(target.tree);
    const blocked = o.has("hard") ? await work.move(new Map(), files, true) : o.has("keep") ? await work.move(await repo.headFiles(), files) : await work.back(files);
    const reason = why(blocked);
    if (reason) throw new Failure(`${reason}\nfatal: Could not reset index file to revision '${rev}'.`, 128, "error: ");
  } else if (!o.has("soft")) {
    const files = await repo.objects.files(target.tree);
    for (const path of index.paths()) if (!files.has(path)) index.remove(path);
    for (const [path, to] of files) if (!same(index.get(path), to)) index.add(path, to.mode, to.oid);
    work.refresh();
  }
  if (repo.head) repo.place("ORIG_HEAD", `${repo.head}\n`);
  repo.set("HEAD", target.oid, `reset: moving to ${rev}`);
  if (!o.has("soft")) repo.drop("MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "SQUASH_MSG", "CHERRY_PICK_HEAD", "REVERT_HEAD");
  if (o.has("quiet")) return;
  if (o.has("hard")) out(`HEAD is now at ${repo.short(target.oid)} ${subject(target.message)}\n`);
  else if (!hard && !o.has("soft")) await unstaged(repo, work);
}

async function unstaged(repo: Repo, work: Worktree) {
  const list = pairs(sides(repo, indexFiles(repo), () => true), worktreeSides(work, () => true));
  if (list.length > 0) out(`Unstaged changes after reset:\n${await present(repo, list, { ...plain, renames: 0 }, { ...silent, statuses: true })}`);
}
