import fs from "node:fs";
import { resolve } from "node:path";
import { type Options, parse } from "./args.ts";
import { showDate } from "./dates.ts";
import { hook, look, relation, status, write } from "./basic.ts";
import { changedTrees, indexFiles, pairs, plain, present, readOption, renamed, sides, silent, worktreeSides } from "./diff.ts";
import { Failure, fail, refuse } from "./failure.ts";
import { subject } from "./history.ts";
import { edit, out, readStdin, say, tidy } from "./io.ts";
import { type Lock, byBytes } from "./index_file.ts";
import { log as showLog } from "./log.ts";
import { type Commit, EMPTY_TREE, ZERO, isOid, person } from "./objects.ts";
import { Paths, glob } from "./paths.ts";
import { type Repo, valid } from "./repo.ts";
import { text, threeWay } from "./threeway.ts";
import { Worktree, isBlocked, overwritten, same } from "./worktree.ts";

const heads = "refs/heads/";

/** formatRef fills in a format of for-each-ref and branch. */
export async function formatRef(repo: Repo, ref: { name: string; oid: string }, format: string): Promise<string> {
  const { kind } = await repo.objects.read(ref.oid);
  const peeled = await repo.objects.peel(ref.oid);
  const c = peeled.kind === "commit" ? await repo.objects.commit(peeled.oid) : undefined;
  const tag = kind === "tag" ? (await repo.objects.read(ref.oid)).data.toString() : undefined;
  const tagged = tag ? tag.slice(tag.indexOf("\n\n") + 2) : undefined;
  const tagger = /^tagger (.*?) <([^>]*)> (\d+) ([+-]\d{4})$/m.exec(tag ?? "");
  let text = format;
  const field = async (name: string): Promise<string> => {
    const [what = "", how = ""] = name.split(/:(.*)/s);
    const own = /^(author|committer|tagger|creator)(name|email|date)?$/.exec(what);
    if (own) {
      const p = own[1] === "tagger" || (own[1] === "creator" && tagger) ? (tagger ? { name: tagger[1]!, email: tagger[2]!, time: Number(tagger[3]), zone: tagger[4]! } : undefined) : own[1] === "author" ? c?.author : c?.committer;
      if (!p) return "";
      return own[2] === "name" ? p.name : own[2] === "email" ? `<${p.email}>` : own[2] === "date" ? showDate(p, how || "default") : person(p);
    }
    const cut = (n: string) => {
      if (how === "short") return n.replace(/^refs\/(heads|tags|remotes)\//, "");
      const strip = /^(?:l?strip|rstrip)=(-?\d+)$/.exec(how);
      return strip ? n.split("/").slice(Number(strip[1])).join("/") : n;
    };
    switch (what) {
      case "refname": return cut(ref.name);
      case "objectname": return how.startsWith("short") ? repo.short(ref.oid, Number(how.split("=")[1]) || undefined) : ref.oid;
      case "objecttype": return kind;
      case "*objectname": return tag ? peeled.oid : "";
      case "objectsize": return String((await repo.objects.read(ref.oid)).data.length);
      case "tree": return c?.tree ?? "";
      case "parent": return c?.parents.join(" ") ?? "";
      case "subject":
      case "contents:subject": return subject(tagged ?? c?.message ?? "");
      case "contents": return how === "subject" ? subject(tagged ?? c?.message ?? "") : (tagged ?? c?.message ?? "");
      case "body": return (tagged ?? c?.message ?? "").replace(/^[^]*?\n\n|^[^]*$/, "");
      case "HEAD": return repo.target("HEAD") === ref.name ? "*" : " ";
      case "symref": return repo.target(ref.name) ?? "";
      case "upstream": {
        const up = ref.name.startsWith(heads) ? repo.upstream(ref.name.slice(heads.length)) : undefined;
        if (!up) return "";
        if (!how.startsWith("track")) return cut(up.ref);
        const theirs = repo.ref(up.ref);
        if (!theirs) return how === "trackshort" ? "" : "[gone]";
        const { ahead, behind } = await repo.distance(ref.oid, theirs);
        if (how === "trackshort") return ahead && behind ? "<>" : ahead ? ">" : behind ? "<" : "=";
        const counts = [ahead ? `ahead ${ahead}` : "", behind ? `behind ${behind}` : ""].filter(Boolean).join(", ");
        return counts ? (how.includes("nobracket") ? counts : `[${counts}]`) : "";
      }
    }
    return fail(`unknown field name: ${name}`);
  };
  for (const [all, name] of [...format.matchAll(/%\(([^)]*)\)/g)]) text = text.replace(all, (await field(name!)).replace(/\$/g, "$$$$"));
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, h: string) => String.fromCharCode(Number.parseInt(h, 16))).replace(/%%/g, "%");
}

/** ordered sorts references by the keys of --sort. */
export async function ordered(repo: Repo, refs: { name: string; oid: string }[], keys: string[]) {
  const rows = await Promise.all(
    refs.map(async (ref) => ({ ref, keys: await Promise.all(keys.map((k) => formatRef(repo, ref, `%(${k.replace(/^-/, "").replace(/^v(ersion)?:/, "")}${k.includes("date") && !k.includes(":") ? ":unix" : ""})`))) })),
  );
  const compare = (a: string, b: string, k: string) => (/date|size/.test(k) ? Number(a) - Number(b) : /^-?v(ersion)?:/.test(k) ? a.localeCompare(b, "en", { numeric: true }) : a < b ? -1 : a > b ? 1 : 0);
  rows.sort((a, b) => {
    for (const [i, k] of keys.entries()) {
      const d = compare(a.keys[i]!, b.keys[i]!, k);
      if (d !== 0) return k.startsWith("-") ? -d : d;
    }
    return 0;
  });
  return rows.map((r) => r.ref);
}

/** contains keeps the references that --contains, --merged and their like ask for. */
export async function contains(repo: Repo, refs: { name: string; oid: string }[], o: Options) {
  let list = refs;
  // The commit may be the next word.
  for (const name of ["contains", "no-contains", "merged", "no-merged"]) if (o.get(name) === "" && o.words.length > 0) o.set(name, o.words.shift()!);
  for (const [name, is] of [["contains", true], ["no-contains", false]] as const) {
    if (o.get(name) === undefined) continue;
    const { oid } = await repo.commitOf(o.get(name) || "HEAD");
    const keep = [];
    for (const r of list) if ((await repo.ancestors((await repo.objects.peel(r.oid)).oid)).has(oid) === is) keep.push(r);
    list = keep;
  }
  for (const [name, is] of [["merged", true], ["no-merged", false]] as const) {
    if (o.get(name) === undefined) continue;
    const all = await repo.ancestors((await repo.commitOf(o.get(name) || "HEAD")).oid);
    const keep = [];
    for (const r of list) if (all.has((await repo.objects.peel(r.oid)).oid) === is) keep.push(r);
    list = keep;
  }
  if (o.get("points-at") !== undefined) {
    const { oid } = await repo.commitOf(o.get("points-at") || "HEAD");
    const keep = [];
    for (const r of list) if ((await repo.objects.peel(r.oid)).oid === oid) keep.push(r);
    list = keep;
  }
  return list;
}

function follow(repo: Repo, branch: string, up: string) {
  const remote = repo.full(up);
  const found = /^refs\/remotes\/([^/]+)\/(.*)$/.exec(remote ?? "");
  if (found) {
    repo.config.set(`branch.${branch}.remote`, found[1]!);
    repo.config.set(`branch.${branch}.merge`, heads + found[2]);
    return;
  }
  if (!remote?.startsWith(heads)) fail(`the requested upstream branch '${up}' does not exist`);
  repo.config.set(`branch.${branch}.remote`, ".");
  repo.config.set(`branch.${branch}.merge`, remote);
}

export async function branch(args: string[], repo: Repo) {
  const o = parse(
    args,
    "-a --all, -r --remotes, -l --list, -d --delete, -D, -m --move, -M, -c --copy, -C, -f --force, -v --verbose, -vv, -q --quiet, --show-current, -t --track?, --no-track, -u --set-upstream-to=, --unset-upstream, --contains?, --no-contains?, --merged?, --no-merged?, --points-at=, --sort=, --format=, --color?, --no-color, --column?, --no-column, -i --ignore-case, --edit-description, --abbrev?, --no-abbrev",
  );
  const words = o.words;
  if (o.has("show-current")) {
    if (repo.branch !== undefined) out(`${repo.branch}\n`);
    return 0;
  }
  if (o.has("delete") || o.has("D")) {
    let status = 0;
    for (const name of words) {
      const full = (o.has("remotes") ? "refs/remotes/" : heads) + name;
      const oid = repo.ref(full);
      if (!oid) {
        say(`error: ${o.has("remotes") ? "remote-tracking branch" : "branch"} '${name}' not found.\n`);
        status = 1;
      } else if (full === repo.target("HEAD")) {
        say(`error: Cannot delete branch '${name}' checked out at '${repo.top}'\n`);
        status = 1;
      } else if (!o.has("D") && !o.has("force") && !o.has("remotes") && !(await repo.ancestors(...[repo.head, repo.ref(repo.upstream(name)?.ref ?? "")].filter((x) => x !== undefined))).has(oid)) {
        say(`error: The branch '${name}' is not fully merged.\nIf you are sure you want to delete it, run 'git branch -D ${name}'.\n`);
        status = 1;
      } else {
        repo.delete(full);
        repo.config.drop(`branch.${name}`);
        if (!o.has("quiet")) out(`Deleted ${o.has("remotes") ? "remote-tracking " : ""}branch ${name} (was ${repo.short(oid)}).\n`);
      }
    }
    return status;
  }
  if (o.has("move") || o.has("M") || o.has("copy") || o.has("C")) {
    const copy = o.has("copy") || o.has("C");
    const from = words.length > 1 ? words[0]! : (repo.branch ?? fail("cannot rename the current branch while not on any."));
    const to = words.at(-1) ?? fail("branch name required");
    if (!valid(heads + to) || to.startsWith("-")) fail(`'${to}' is not a valid branch name`);
    const oid = repo.ref(heads + from);
    const current = repo.target("HEAD") === heads + from;
    if (!oid && !current) fail(`No branch named '${from}'.`);
    if (repo.ref(heads + to) && from !== to && !o.has("M") && !o.has("C") && !o.has("force")) fail(`a branch named '${to}' already exists`);
    if (from === to) return 0;
    if (oid) {
      const log = repo.text(`logs/${heads}${from}`);
      if (!copy) repo.delete(heads + from);
      repo.place(heads + to, `${oid}\n`);
      if (log !== undefined) repo.place(`logs/${heads}${to}`, log);
    }
    if (!copy) {
      repo.config.rename(`branch.${from}`, `branch.${to}`);
      if (current) repo.point(heads + to, `Branch: renamed ${heads}${from} to ${heads}${to}`);
    }
    return 0;
  }
  if (o.get("set-upstream-to") !== undefined) {
    const name = words[0] ?? repo.branch ?? fail("could not set upstream of HEAD when it does not point to any branch.");
    if (!repo.ref(heads + name)) fail(`branch '${name}' does not exist`);
    follow(repo, name, o.get("set-upstream-to")!);
    out(`branch '${name}' set up to track '${o.get("set-upstream-to")}'.\n`);
    return 0;
  }
  if (o.has("unset-upstream")) {
    const name = words[0] ?? repo.branch ?? fail("could not unset upstream of HEAD when it does not point to any branch.");
    if (!repo.upstream(name)) fail(`Branch '${name}' has no upstream information`);
    repo.config.unset(`branch.${name}.remote`);
    repo.config.unset(`branch.${name}.merge`);
    return 0;
  }
  const listing = o.has("list") || o.has("all") || o.has("remotes") || o.has("contains") || o.has("no-contains") || o.has("merged") || o.has("no-merged") || o.has("points-at");
  if (words.length > 0 && !listing) {
    const [name, start = "HEAD"] = words as [string, string?];
    if (!valid(heads + name) || name.startsWith("-") || name === "HEAD") fail(`'${name}' is not a valid branch name`);
    if (repo.ref(heads + name) && !o.has("force")) fail(`a branch named '${name}' already exists`);
    if (repo.target("HEAD") === heads + name && repo.head) fail(`cannot force update the branch '${name}' checked out at '${repo.top}'`);
    const oid = await repo.resolve(start);
    if (!oid) fail(`not a valid object name: '${start === "HEAD" ? (repo.branch ?? start) : start}'`);
    repo.set(heads + name, (await repo.commitOf(start)).oid, `branch: Created from ${start}`);
    if ((repo.full(start)?.startsWith("refs/remotes/") && !o.no("track") && !o.has("no-track")) || o.has("track")) {
      follow(repo, name, start);
      if (!o.has("quiet")) out(`branch '${name}' set up to track '${start}'.\n`);
    }
    return 0;
  }
  const all = [...(o.has("remotes") ? [] : repo.refs(heads)), ...(o.has("all") || o.has("remotes") ? repo.refs("refs/remotes/") : [])];
  let refs = await contains(repo, all, o);
  const patterns = words.map((w) => new RegExp(`^${glob(w)}$`));
  const cut = (name: string) => name.replace(/^refs\/(heads|remotes)\//, "");
  if (patterns.length > 0) refs = refs.filter((r) => patterns.some((re) => re.test(cut(r.name))));
  if (o.all("sort").length > 0) refs = await ordered(repo, refs, o.all("sort"));
  if (o.get("format") !== undefined) {
    for (const r of refs) out(`${await formatRef(repo, r, o.get("format")!)}\n`);
    return 0;
  }
  const rows: [mark: string, name: string, oid: string, to?: string][] = [];
  if (repo.branch === undefined && repo.head && !o.has("remotes") && patterns.length === 0) rows.push(["* ", `(HEAD detached at ${repo.short(repo.head)})`, repo.head]);
  for (const r of refs) {
    const name = o.has("all") && r.name.startsWith("refs/remotes/") ? r.name.slice(5) : cut(r.name);
    const to = repo.target(r.name);
    rows.push([r.name === repo.target("HEAD") ? "* " : "  ", name, r.oid, to && cut(to)]);
  }
  const width = Math.max(0, ...rows.map((r) => r[1].length));
  for (const [mark, name, oid, to] of rows) {
    if (to !== undefined) {
      out(o.has("verbose") || o.has("vv") ? `${mark}${name.padEnd(width)} -> ${to}\n` : `${mark}${name} -> ${to}\n`);
      continue;
    }
    if (!o.has("verbose") && !o.has("vv")) {
      out(`${mark}${name}\n`);
      continue;
    }
    const up = repo.upstream(name);
    let track = "";
    if (up) {
      const twice = o.has("vv") || o.all("verbose").length > 1;
      const counts = await formatRef(repo, { name: heads + name, oid }, "%(upstream:track,nobracket)");
      const shown = [twice ? cut(up.ref) : "", counts].filter(Boolean).join(": ");
      if (shown) track = ` [${shown}]`;
    }
    out(`${mark}${name.padEnd(width)} ${repo.short(oid)}${track} ${subject((await repo.objects.commit(oid)).message)}\n`);
  }
  return 0;
}

/** goTo makes a commit the one that is worked on. */
function goTo(repo: Repo, target: Commit, force: boolean, merge = false) {
  return repo.change(() => going(repo, target, force, merge));
}

async function going(repo: Repo, target: Commit, force: boolean, merge: boolean) {
  const work = new Worktree(repo);
  const files = await repo.objects.files(target.tree);
  if (repo.index.conflicts().length > 0 && !force) {
    const list = repo.index.conflicts().map((p) => `\n${p}: needs merge`).join("");
    refuse(`you need to resolve your current index first${list}`);
  }
  const blocked = await work.move(force ? new Map() : await repo.headFiles(), files, force);
  if (isBlocked(blocked)) {
    if (!merge || blocked.changed.length === 0) overwritten(blocked, "checkout");
    fail("local changes to what differs between the branches: stash them, switch, and apply them");
  }
}

async function carried(repo: Repo, quiet: boolean) {
  if (quiet) return;
  const work = new Worktree(repo);
  const all = () => true;
  const head = sides(repo, await repo.headFiles(), all);
  const index = indexFiles(repo);
  const now = worktreeSides(work, all);
  for (const path of index.keys()) if (!now.has(path)) now.delete(path);
  const list = pairs(head, now);
  if (list.length > 0) out(await present(repo, list, { ...plain, renames: 0 }, { ...silent, statuses: true }));
}

/** give ends a pick that waits for its commit: it was of another branch. */
function give(repo: Repo, quiet: boolean) {
  for (const [file, what] of [["CHERRY_PICK_HEAD", "cherry picking"], ["REVERT_HEAD", "revert"]] as const) {
    if (repo.text(file) === undefined) continue;
    repo.drop(file, "MERGE_MSG");
    if (!quiet) say(`warning: cancelling a ${what} in progress\n`);
  }
}

/** leave says what is left behind when HEAD stood for a commit that no branch has. */
async function leave(repo: Repo, to: string) {
  if (repo.branch !== undefined || !repo.head) return;
  const kept = await repo.ancestors(to, ...repo.refs().map((r) => r.oid));
  if (kept.has(repo.head)) {
    const c = await repo.objects.commit(repo.head);
    if (repo.head !== to) say(`Previous HEAD position was ${repo.short(repo.head)} ${subject(c.message)}\n`);
    return;
  }
  const lost: string[] = [];
  for (let oid: string | undefined = repo.head; oid && !kept.has(oid); oid = (await repo.parents(oid))[0]) lost.push(oid);
  const lines = [];
  for (const oid of lost.slice(0, 4)) lines.push(`  ${repo.short(oid)} ${subject((await repo.objects.commit(oid)).message)}\n`);
  if (lost.length > 4) lines.push(` ... and ${lost.length - 4} more.\n`);
  const one = lost.length === 1;
  say(
    `Warning: you are leaving ${lost.length} commit${one ? "" : "s"} behind, not connected to\nany of your branches:\n\n${lines.join("")}\nIf you want to keep ${one ? "it" : "them"} by creating a new branch, this may be a good time\nto do so with:\n\n git branch <new-branch-name> ${repo.short(repo.head)}\n\n`,
  );
}

/** DETACHED explains what it means that HEAD stands for a commit. */
export const DETACHED = (name: string) =>
  `Note: switching to '${name}'.\n\nYou are in 'detached HEAD' state. You can look around, make experimental\nchanges and commit them, and you can discard any commits you make in this\nstate without impacting any branches by switching back to a branch.\n\nIf you want to create a new branch to retain commits you create, you may\ndo so (now or later) by using -c with the switch command. Example:\n\n  git switch -c <new-branch-name>\n\nOr undo this operation with:\n\n  git switch -\n\nTurn off this advice by setting config variable advice.detachedHead to false\n\n`;

interface Switch {
  create?: string;
  reset: boolean;
  detach: boolean;
  force: boolean;
  merge: boolean;
  quiet: boolean;
  track: boolean | undefined;
  orphan?: string;
}

/** go switches to a branch or a commit. */
async function go(repo: Repo, name: string | undefined, s: Switch): Promise<number> {
  const before = repo.head ?? ZERO;
  const status = await leaveFor(repo, name, s);
  return status === 0 && !hook(repo, "post-checkout", [before, repo.head ?? ZERO, "1"]) ? 1 : status;
}

/** leaveFor is go, but for the hook. */
async function leaveFor(repo: Repo, name: string | undefined, s: Switch): Promise<number> {
  if (name === "-") name = repo.left(1) ?? fail("invalid reference: -");
  const earlier = /^@\{-(\d+)\}$/.exec(name ?? "");
  if (earlier) name = repo.left(Number(earlier[1])) ?? fail(`invalid reference: ${name}`);
  const was = repo.branch ?? repo.head ?? "";
  if (s.orphan !== undefined) {
    if (!valid(heads + s.orphan)) fail(`'${s.orphan}' is not a valid branch name`);
    if (repo.ref(heads + s.orphan)) fail(`a branch named '${s.orphan}' already exists`);
    repo.point(heads + s.orphan);
    if (!s.quiet) say(`Switched to a new branch '${s.orphan}'\n`);
    return 0;
  }
  if (s.create !== undefined) {
    const to = s.create;
    if (!valid(heads + to) || to.startsWith("-") || to === "HEAD") fail(`'${to}' is not a valid branch name`);
    const there = repo.ref(heads + to) !== undefined;
    if (there && !s.reset) fail(`a branch named '${to}' already exists`);
    if (!repo.head && name === undefined) {
      repo.point(heads + to);
      if (!s.quiet) say(`Switched to a new branch '${to}'\n`);
      return 0;
    }
    const start = name ?? "HEAD";
    if ((await repo.resolve(start)) === undefined) fail(`'${start}' is not a commit and a branch '${to}' cannot be created from it`);
    const target = await repo.commitOf(start);
    if (target.oid !== repo.head || s.force) await goTo(repo, target, s.force, s.merge);
    if (!there || repo.ref(heads + to) !== target.oid) repo.set(heads + to, target.oid, `branch: ${there ? "Reset to" : "Created from"} ${start}`);
    const current = repo.target("HEAD") === heads + to;
    repo.point(heads + to, `checkout: moving from ${was} to ${to}`);
    if (name !== undefined && s.track !== false && (repo.full(start)?.startsWith("refs/remotes/") || s.track)) {
      follow(repo, to, start);
      if (!s.quiet) out(`branch '${to}' set up to track '${start}'.\n`);
    }
    if (!s.quiet) say(current ? `Reset branch '${to}'\n` : `Switched to ${there ? "and reset branch" : "a new branch"} '${to}'\n`);
    give(repo, s.quiet);
    if (name !== undefined) await carried(repo, s.quiet);
    return 0;
  }
  const to = name ?? repo.branch ?? "HEAD";
  if (!s.detach && repo.ref(heads + to) !== undefined) {
    const target = await repo.commitOf(heads + to);
    const already = repo.target("HEAD") === heads + to;
    if (!s.quiet) await leave(repo, target.oid);
    if (!already || s.force) await goTo(repo, target, s.force, s.merge);
    if (!already || name !== undefined) repo.point(heads + to, `checkout: moving from ${was} to ${to}`);
    if (name !== undefined && !s.quiet) say(already ? `Already on '${to}'\n` : `Switched to branch '${to}'\n`);
    give(repo, s.quiet);
    await carried(repo, s.quiet);
    if (!s.quiet) {
      out(await relation(repo));
    }
    return 0;
  }
  if ((await repo.resolve(to)) === undefined) return -1;
  const target = await repo.commitOf(to);
  if (!s.quiet) await leave(repo, target.oid);
  if (target.oid !== repo.head || s.force) await goTo(repo, target, s.force, s.merge);
  const detached = repo.branch === undefined;
  repo.detach(target.oid, `checkout: moving from ${was} to ${to}`);
  if (!s.quiet) {
    if (!detached && repo.flag("advice.detachedHead") !== false && !s.detach) say(DETACHED(to));
    say(`HEAD is now at ${repo.short(target.oid)} ${subject(target.message)}\n`);
  }
  give(repo, s.quiet);
  await carried(repo, s.quiet);
  return 0;
}

/** guess makes a branch of one that a single remote has. */
async function guess(repo: Repo, name: string, s: Switch): Promise<number> {
  const found = repo.refs("refs/remotes/").filter((r) => r.name.split("/").slice(3).join("/") === name);
  if (found.length !== 1) return -1;
  return go(repo, found[0]!.name.replace("refs/remotes/", ""), { ...s, create: name, track: true });
}

export async function checkout(args: string[], repo: Repo) {
  const o = parse(args, "-b=, -B=, -f --force, -q --quiet, -t --track?, --no-track, -d --detach, --orphan=, --ours, -2, --theirs, -3, -m --merge, -p --patch, --progress, --no-progress, --guess, --no-guess, -l, --pathspec-from-file=, --overlay, --no-overlay, --conflict=, --recurse-submodules, --ignore-skip-worktree-bits");
  if (o.has("patch")) fail("there is no terminal to choose changes at: name the files");
  const s: Switch = { create: o.get("b") ?? o.get("B"), reset: o.get("B") !== undefined, detach: o.has("detach"), force: o.has("force"), merge: o.has("merge"), quiet: o.has("quiet"), track: o.has("no-track") || o.no("track") ? false : o.has("track") ? true : undefined, orphan: o.get("orphan") };
  const words = [...o.words];
  if (o.has("track") && s.create === undefined && words[0]) {
    s.create = words[0].replace(/^refs\/remotes\//, "").split("/").slice(1).join("/");
  }
  const rev = words[0];
  const isRev = rev !== undefined && (rev === "-" || (await repo.resolve(rev)) !== undefined);
  const isFile = rev !== undefined && (repo.top !== undefined && (fs.existsSync(resolve(rev)) || new Paths(repo, [rev]).named.some((n) => repo.index.has(n))));
  if (o.paths === undefined && words.length <= 1 && (isRev || !isFile) && !o.has("ours") && !o.has("theirs")) {
    let status = await go(repo, rev, s);
    if (status < 0 && !o.has("no-guess")) status = await guess(repo, rev!, s);
    if (status < 0) throw new Failure(`pathspec '${rev}' did not match any file(s) known to git`, 1, "error: ");
    return status;
  }
  if (s.create !== undefined) {
    if (words.length <= 1 && (o.paths ?? []).length === 0) return go(repo, rev, s);
    fail(`Cannot update paths and switch to branch '${s.create}' at the same time.`);
  }
  if (o.paths !== undefined && words.length === 1 && !isRev) fail(`invalid reference: ${words[0]}`);
  const from = words.length > 0 && isRev && (o.paths !== undefined || words.length > 1) ? words.shift() : undefined;
  const list = [...words, ...(o.paths ?? [])];
  if (list.length === 0 && from) return go(repo, from, s);
  const n = await restorePaths(repo, list, from === undefined ? undefined : await repo.objects.treeOf(await repo.need(from)), true, from !== undefined, o.has("ours") ? 2 : o.has("theirs") ? 3 : 0);
  const { head = ZERO } = repo;
  if (!s.quiet && o.paths === undefined) say(`Updated ${n} path${n === 1 ? "" : "s"} from ${from === undefined ? "the index" : repo.short(await repo.objects.treeOf(await repo.need(from)))}\n`);
  return hook(repo, "post-checkout", [head, head, "0"]) ? 0 : 1;
}

export async function switchTo(args: string[], repo: Repo) {
  const o = parse(args, "-c --create=, -C --force-create=, -d --detach, -f --force --discard-changes, -q --quiet, -t --track?, --no-track, --orphan=, -m --merge, --guess, --no-guess, --progress, --no-progress, --ignore-other-worktrees");
  const s: Switch = { create: o.get("create") ?? o.get("force-create"), reset: o.get("force-create") !== undefined, detach: o.has("detach"), force: o.has("discard-changes"), merge: o.has("merge"), quiet: o.has("quiet"), track: o.has("no-track") ? false : o.has("track") ? true : undefined, orphan: o.get("orphan") };
  const name = o.words[0];
  if (name === undefined && s.create === undefined && s.orphan === undefined && !s.detach) fail("missing branch or commit argument");
  if (s.orphan !== undefined) {
    await new Worktree(repo).moved(await repo.headFiles(), new Map(), "checkout");
    return go(repo, undefined, s);
  }
  if (name !== undefined && name !== "-" && s.create === undefined && !s.detach && !/^@\{-/.test(name) && repo.ref(heads + name) === undefined) {
    const status = o.has("no-guess") || (await repo.resolve(name)) !== undefined ? -1 : await guess(repo, name, s);
    if (status >= 0) return status;
    if ((await repo.resolve(name)) === undefined) fail(`invalid reference: ${name}`);
    const kind = repo.full(name)?.startsWith("refs/tags/") ? "tag" : repo.full(name)?.startsWith("refs/remotes/") ? "remote branch" : "commit";
    say(`fatal: a branch is expected, got ${kind} '${name}'\nhint: If you want to detach HEAD at the commit, try again with the --detach option.\n`);
    return 128;
  }
  const status = await go(repo, name, s);
  if (status < 0) fail(`invalid reference: ${name}`);
  return status;
}

/** restorePaths gives files back what the index or a tree has of them. */
function restorePaths(repo: Repo, words: string[], tree: string | undefined, toWork: boolean, toIndex: boolean, stage = 0, overlay = true): Promise<number> {
  return repo.change(() => restoring(repo, words, tree, toWork, toIndex, stage, overlay));
}

async function restoring(repo: Repo, words: string[], tree: string | undefined, toWork: boolean, toIndex: boolean, stage: number, overlay: boolean): Promise<number> {
  const paths = new Paths(repo, words);
  const work = new Worktree(repo);
  const { index } = repo;
  const from = tree === undefined ? undefined : await repo.objects.files(tree);
  let n = 0;
  const known = index.paths();
  for (const path of new Set(from ? [...from.keys(), ...(overlay ? [] : known)] : known)) {
    if (!paths.has(path)) continue;
    if (!from && index.get(path) === undefined) {
      const side = stage > 0 ? index.get(path, stage) : undefined;
      if (stage === 0) refuse(`path '${path}' is unmerged`);
      if (!side) refuse(`path '${path}' does not have ${stage === 2 ? "our" : "their"} version`);
      work.lay(path, side.mode, await repo.objects.blob(side.oid));
      n++;
      continue;
    }
    const what = from ? from.get(path) : index.get(path);
    const old = index.get(path);
    const here = work.state(path, old);
    if (toWork) {
      if (!what) {
        if (here) n++;
        work.remove(path);
        if (toIndex) index.remove(path);
      } else if (!same(here, what) || (toIndex && !same(old, what))) {
        n++;
        if (toIndex || same(old, what)) await work.put(path, what);
        else {
          await work.put(path, what);
          if (old) index.add(path, old.mode, old.oid);
          else index.remove(path);
        }
      }
    } else if (!what) index.remove(path);
    else if (!same(old, what)) index.add(path, what.mode, what.oid);
  }
  if (paths.unused !== undefined) throw new Failure(`pathspec '${paths.unused}' did not match any file(s) known to git`, 1, "error: ");
  if (!toWork) work.refresh();
  return n;
}

export async function restore(args: string[], repo: Repo) {
  const o = parse(args, "-s --source=, -S --staged, -W --worktree, -q --quiet, -p --patch, --ours, --theirs, -m --merge, --ignore-unmerged, --overlay, --no-overlay, --progress, --pathspec-from-file=");
  if (o.has("patch")) fail("there is no terminal to choose changes at: name the files");
  const words = [...o.words, ...(o.paths ?? [])];
  if (words.length === 0) fail("you must specify path(s) to restore");
  const source = o.get("source") ?? (o.has("staged") ? "HEAD" : undefined);
  const oid = source === undefined ? undefined : await repo.resolve(source);
  if (source !== undefined && !oid && (repo.head || source !== "HEAD")) fail(`could not resolve ${source}`);
  const tree = source === undefined ? undefined : oid ? await repo.objects.treeOf(oid) : EMPTY_TREE;
  await restorePaths(repo, words, tree, o.has("worktree") || !o.has("staged"), o.has("staged"), o.has("ours") ? 2 : o.has("theirs") ? 3 : 0, tree === undefined);
  return hook(repo, "post-checkout", [repo.head ?? ZERO, repo.head ?? ZERO, "0"]) ? 0 : 1;
}

export async function tag(args: string[], repo: Repo) {
  const o = parse(args, "-a --annotate, -m --message=, -F --file=, -d --delete, -l --list, -f --force, -n?, -s --sign, -v --verify, --sort=, --format=, --contains?, --no-contains?, --merged?, --no-merged?, --points-at=, -i --ignore-case, --column?, --no-column, -e --edit, --cleanup=, --create-reflog, --color?");
  const tags = "refs/tags/";
  if (o.has("delete")) {
    let status = 0;
    for (const name of o.words) {
      const oid = repo.ref(tags + name);
      if (!oid) {
        say(`error: tag '${name}' not found.\n`);
        status = 1;
        continue;
      }
      repo.delete(tags + name);
      out(`Deleted tag '${name}' (was ${repo.short(oid)})\n`);
    }
    return status;
  }
  if (o.has("sign") || o.has("verify")) fail("there is no program to sign with");
  const listing = o.has("list") || o.words.length === 0 || ["n", "contains", "no-contains", "merged", "no-merged", "points-at"].some((n) => o.has(n));
  if (listing) {
    let refs = await contains(repo, repo.refs(tags), o);
    const patterns = o.words.map((w) => new RegExp(`^${glob(w)}$`, o.has("ignore-case") ? "i" : ""));
    if (patterns.length > 0) refs = refs.filter((r) => patterns.some((re) => re.test(r.name.slice(tags.length))));
    const keys = o.all("sort").length > 0 ? o.all("sort") : repo.setting("tag.sort") ? [repo.setting("tag.sort")!] : [];
    if (keys.length > 0) refs = await ordered(repo, refs, keys);
    for (const r of refs) {
      if (o.get("format") !== undefined) out(`${await formatRef(repo, r, o.get("format")!)}\n`);
      else if (o.has("n")) out(`${r.name.slice(tags.length).padEnd(15)} ${await formatRef(repo, r, "%(contents:subject)")}\n`);
      else out(`${r.name.slice(tags.length)}\n`);
    }
    return 0;
  }
  const [name, rev = "HEAD"] = o.words as [string, string?];
  if (!valid(tags + name) || name.startsWith("-")) fail(`'${name}' is not a valid tag name.`);
  const old = repo.ref(tags + name);
  if (old && !o.has("force")) fail(`tag '${name}' already exists`);
  let oid = await repo.resolve(rev);
  if (!oid) fail(`Failed to resolve '${rev}' as a valid ref.`);
  const message = o.all("message").length > 0 ? o.all("message").join("\n\n") : o.get("file") === undefined ? undefined : o.get("file") === "-" ? readStdin().toString() : fs.readFileSync(resolve(o.get("file")!), "utf8");
  if (o.has("annotate") || message !== undefined) {
    const whole = tidy(message ?? edit(repo, "TAG_EDITMSG", `\n#\n# Write a message for tag:\n#   ${name}\n# Lines starting with '#' will be ignored.\n`), message === undefined);
    if (whole === "" && message === undefined) fail("no tag message?");
    const { kind } = await repo.objects.read(oid);
    oid = repo.objects.write("tag", Buffer.from(`object ${oid}\ntype ${kind}\ntag ${name}\ntagger ${person(repo.who("COMMITTER"))}\n\n${whole}`));
  }
  repo.set(tags + name, oid);
  if (old && old !== oid) out(`Updated tag '${name}' (was ${repo.short(old)})\n`);
  return 0;
}

export async function stash(args: string[], repo: Repo) {
  const verbs = ["push", "save", "pop", "apply", "list", "show", "drop", "clear", "branch", "create", "store"];
  const verb = verbs.includes(args[0] ?? "") ? args[0]! : args.length === 0 || args[0]!.startsWith("-") ? "push" : fail(`subcommand wasn't specified; 'push' can't be assumed due to unexpected token '${args[0]}'`);
  const rest = args[0] === verb ? args.slice(1) : args;
  const log = () => repo.log("refs/stash");
  const pick = (word = "0") => {
    const n = /^(?:stash@\{)?(\d+)\}?$/.exec(word)?.[1];
    const list = log();
    if (isOid(word)) return { n: -1, oid: word, why: "", name: word };
    if (list.length === 0) throw new Failure(word.startsWith("stash@") ? `error: ${word} is not a valid reference` : "No stash entries found.", 1, "");
    if (n === undefined) refuse(`'${word}' is not a stash reference`);
    const entry = list[Number(n)] ?? fail(`log for '${word.startsWith("stash@") ? "stash" : "refs/stash"}' only has ${list.length} entries`);
    return { n: Number(n), oid: entry.to, why: entry.why, name: word === "0" ? "refs/stash@{0}" : /^\d+$/.test(word) ? `refs/stash@{${word}}` : word };
  };
  const drop = ({ n, oid, name }: { n: number; oid: string; name: string }, quiet: boolean) => {
    const lines = (repo.text("logs/refs/stash") ?? "").split("\n").filter(Boolean);
    lines.splice(lines.length - 1 - n, 1);
    if (lines.length === 0) repo.delete("refs/stash");
    else {
      repo.place("logs/refs/stash", `${lines.join("\n")}\n`);
      repo.place("refs/stash", `${lines.at(-1)!.slice(41, 81)}\n`);
    }
    if (!quiet) out(`Dropped ${name} (${oid})\n`);
  };
  const work = new Worktree(repo);
  switch (verb) {
    case "list":
      return repo.ref("refs/stash") === undefined ? 0 : showLog(["--format=%gd: %gs", "-g", "--first-parent", ...rest, "refs/stash"], repo);
    case "store": {
      const o = parse(rest, "-m --message=, -q --quiet");
      if (o.words.length !== 1) throw new Failure('"git stash store" requires one <commit> argument', 1, "");
      repo.set("refs/stash", (await repo.commitOf(o.words[0]!)).oid, o.get("message") ?? 'Created via "git stash store".');
      return 0;
    }
    case "clear":
      repo.delete("refs/stash");
      return 0;
    case "drop": {
      const o = parse(rest, "-q --quiet");
      drop(pick(o.words[0]), o.has("quiet"));
      return 0;
    }
    case "show": {
      const options = { ...plain };
      const how = { ...silent };
      const o = parse(rest, "-u --include-untracked, --no-include-untracked, --only-untracked", (a, next) => readOption(a, options, how, next));
      const c = await repo.objects.commit(pick(o.words[0]).oid);
      const list = o.has("only-untracked") ? [] : await changedTrees(repo, (await repo.objects.commit(c.parents[0]!)).tree, c.tree);
      if (c.parents[2] && (o.has("include-untracked") || o.has("only-untracked"))) list.push(...(await changedTrees(repo, undefined, (await repo.objects.commit(c.parents[2])).tree)));
      list.sort((a, b) => byBytes((a.now ?? a.old)!.path, (b.now ?? b.old)!.path));
      how.stat ||= !Object.entries(how).some(([k, v]) => v !== silent[k as keyof typeof silent]);
      out(await present(repo, await renamed(list, options.renames), options, how));
      return 0;
    }
    case "pop":
    case "apply":
    case "branch": {
      const o = parse(rest, "--index, -q --quiet");
      const name = verb === "branch" ? o.words.shift() : undefined;
      const entry = pick(o.words[0]);
      const c = await repo.objects.commit(entry.oid);
      if (name !== undefined) await go(repo, c.parents[0], { create: name, reset: false, detach: false, force: false, merge: false, quiet: true, track: false });
      if (name !== undefined && !o.has("quiet")) say(`Switched to a new branch '${name}'\n`);
      const done = await repo.change(() => applyStash(repo, work, c, o.has("index"), name !== undefined));
      if (!o.has("quiet")) await status([], repo);
      if (!done) {
        if (verb !== "apply") out("The stash entry is kept in case you need it again.\n");
        return 1;
      }
      if (verb !== "apply") drop(entry, o.has("quiet"));
      return 0;
    }
    case "push":
    case "save":
    case "create": {
      const o = parse(rest, "-m --message=, -u --include-untracked, -a --all, -k --keep-index, -q --quiet, -S --staged, -p --patch");
      if (o.has("patch")) fail("there is no terminal to choose changes at: name the files");
      if (!repo.head) refuse("You do not have the initial commit yet");
      const named = verb === "push" ? [...o.words, ...(o.paths ?? [])] : [];
      const message = o.get("message") ?? (verb === "push" ? undefined : o.words.join(" ") || undefined);
      return repo.change((lock) => pushStash(repo, work, o, named, message, verb === "create", lock));
    }
  }
  return fail(`git stash ${verb} is not here`);
}

/** applyStash brings a stash into the index and the work tree. all brings back what was staged, as staged does, and needs no word where it cannot. */
async function applyStash(repo: Repo, work: Worktree, c: Commit, staged: boolean, all: boolean): Promise<boolean> {
  const base = await repo.objects.files((await repo.objects.commit(c.parents[0]!)).tree);
  // The index as it stands is our side, so that what is staged may stay.
  const before = indexFiles(repo);
  const outcome = await threeWay(repo, base, before, await repo.objects.files(c.tree), { ours: "Updated upstream", base: "Stash base", theirs: "Stashed changes" }, "merge").catch((e) => {
    if (!(e instanceof Failure) || e.status !== 1) throw e;
    say(`${e.prefix}${e.message}\n`);
  });
  for (const note of outcome?.notes ?? []) out(`${note}\n`);
  const failed = !outcome || outcome.conflicts.length > 0;
  if (failed && staged) say("Index was not unstashed.\n");
  if (!failed) {
    // What came is not staged, but for new files, and with --index what was.
    const wanted = staged || all ? await repo.objects.files((await repo.objects.commit(c.parents[1]!)).tree) : undefined;
    for (const path of repo.index.paths()) {
      const to = (wanted ?? before).get(path);
      if (to && !same(repo.index.get(path), to)) repo.index.add(path, to.mode, to.oid);
    }
    for (const [path, to] of wanted ?? before) if (!repo.index.has(path)) repo.index.add(path, to.mode, to.oid);
    work.refresh();
  }
  let untracked = true;
  for (const [path, what] of c.parents[2] ? await repo.objects.files((await repo.objects.commit(c.parents[2])).tree) : []) {
    if (fs.existsSync(work.file(path))) {
      say(`${path} already exists, no checkout\n`);
      untracked = false;
      continue;
    }
    await work.put(path, what);
    repo.index.remove(path);
  }
  if (!untracked) say("error: could not restore untracked files from stash\n");
  return !failed && untracked;
}

/** pushStash puts away what is changed; create makes only the commit of it. */
async function pushStash(repo: Repo, work: Worktree, o: Options, named: string[], message: string | undefined, create: boolean, lock: Lock): Promise<number> {
  const paths = new Paths(repo, named);
  const state = await look(repo, "all", paths.has, 0);
  if (state.conflicts.length > 0) {
    for (const p of state.conflicts) out(`${p}: needs merge\n`);
    return 1;
  }
  const later = repo.index.list().find((e) => e.later);
  if (later) throw new Failure(`Entry '${later.path}' not uptodate. Cannot merge.\nCannot save the current worktree state`, 1, "error: ");
  repo.index.paths().forEach(paths.has);
  if (paths.unused !== undefined && !(o.has("include-untracked") || o.has("all"))) refuse(`pathspec ':(,prefix:0)${paths.unused}' did not match any file(s) known to git\nDid you forget to 'git add'?`);
  const extra = o.has("include-untracked") || o.has("all") ? [...state.untracked, ...(o.has("all") ? state.ignored.filter((p) => !p.endsWith("/")) : [])] : [];
  if (state.staged.length + state.changed.length + extra.length === 0) {
    if (!o.has("quiet") && !create) out("No local changes to save\n");
    return 0;
  }
  const head = await repo.objects.commit(repo.head!);
  const where = `${repo.branch ?? "(no branch)"}: ${repo.short(head.oid)} ${subject(head.message)}`;
  const indexTree = repo.index.tree(repo.objects);
  const indexCommit = write(repo, { tree: indexTree, parents: [head.oid], message: `index on ${where}\n` });
  const before = indexFiles(repo);
  let extraCommit: string | undefined;
  if (o.has("include-untracked") || o.has("all")) {
    repo.index.clear();
    for (const path of extra) work.stage(path);
    extraCommit = write(repo, { tree: repo.index.tree(repo.objects), parents: [], message: `untracked files on ${where}\n` });
    repo.index.clear();
    for (const [path, e] of before) repo.index.add(path, e.mode, e.oid);
  }
  for (const p of o.has("staged") ? [] : state.changed) {
    const path = (p.now ?? p.old)!.path;
    p.now ? work.stage(path) : repo.index.remove(path);
  }
  // What only the index forgot is still here.
  for (const p of state.staged) if (p.old && !repo.index.has(p.old.path) && !o.has("staged") && work.state(p.old.path)) work.stage(p.old.path);
  const why = message === undefined ? `WIP on ${where}` : `On ${repo.branch ?? "(no branch)"}: ${message}`;
  const oid = write(repo, { tree: repo.index.tree(repo.objects), parents: [head.oid, indexCommit, ...(extraCommit ? [extraCommit] : [])], message: why });
  if (create) {
    lock.release(); // the index is as it was
    out(`${oid}\n`);
    return 0;
  }
  if (o.has("staged")) {
    // What is not staged stays as it is.
    for (const p of state.staged) {
      const { path } = (p.now ?? p.old)!;
      const known = repo.index.get(path);
      if (!same(work.state(path, known), known)) throw new Failure(`error: ${path}: patch does not apply\nCannot remove worktree changes`, 1, "");
    }
    repo.set("refs/stash", oid, why);
    const files = await repo.objects.files(head.tree);
    for (const p of state.staged) {
      const { path } = (p.now ?? p.old)!;
      const to = files.get(path);
      if (to) await work.put(path, to);
      else {
        work.remove(path);
        repo.index.remove(path);
      }
    }
    if (!o.has("quiet")) out(`Saved working directory and index state ${why}\n`);
    return 0;
  }
  repo.set("refs/stash", oid, why);
  // Back to what HEAD has, or with --keep-index to what is staged.
  const target = new Map(o.has("keep-index") ? [...before].map(([p, e]) => [p, { mode: e.mode, oid: e.oid }] as const) : await repo.objects.files(head.tree));
  if (named.length > 0) for (const path of new Set([...repo.index.paths(), ...target.keys()])) {
    if (paths.has(path)) continue;
    const was = before.get(path);
    if (was) target.set(path, was);
    else target.delete(path);
  }
  if (named.length > 0) {
    for (const path of new Set([...repo.index.paths(), ...target.keys()])) {
      if (!paths.has(path)) continue;
      const to = target.get(path);
      if (to) await work.put(path, to);
      else {
        work.remove(path);
        repo.index.remove(path);
      }
    }
  } else await work.move(new Map(), target, true);
  for (const path of extra) work.remove(path);
  if (!o.has("quiet")) out(`Saved working directory and index state ${why}\n`);
  return 0;
}

export async function mergeFile(args: string[]) {
  const o = parse(args, "-p --stdout, -q --quiet, -L=, --ours, --theirs, --union, --diff3");
  const [a, base, b] = o.words as [string, string, string];
  const labels = o.all("L");
  const favor = o.has("ours") ? "ours" : o.has("theirs") ? "theirs" : o.has("union") ? "union" : "";
  const r = text(fs.readFileSync(base), fs.readFileSync(a), fs.readFileSync(b), { ours: labels[0] ?? a, base: labels[1] ?? base, theirs: labels[2] ?? b }, favor, o.has("diff3") ? "diff3" : "merge");
  if (o.has("stdout")) process.stdout.write(r.data);
  else fs.writeFileSync(a, r.data);
  return r.conflict ? 1 : 0;
}
