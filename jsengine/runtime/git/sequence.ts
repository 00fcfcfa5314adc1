import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { type Options, parse } from "./args.ts";
import { EMPTY_PICK, commit, hook, look, status, told, write } from "./basic.ts";
import { checkout, stash } from "./branches.ts";
import { changedTrees, indexFiles, patch, plain, present, renamed, silent } from "./diff.ts";
import { Failure, fail, refuse } from "./failure.ts";
import { everything, readRange, subject, walk } from "./history.ts";
import { Locked } from "./index_file.ts";
import { edit, out, say, tidy } from "./io.ts";
import { show } from "./log.ts";
import { type Commit, EMPTY_TREE } from "./objects.ts";
import type { Repo } from "./repo.ts";
import { type Outcome, baseOf, threeWay } from "./threeway.ts";
import { Worktree, overwritten, why } from "./worktree.ts";

const none = new Map<string, { mode: number; oid: string }>();

async function filesOf(repo: Repo, oid: string | undefined) {
  return oid ? repo.objects.files((await repo.objects.commit(oid)).tree) : none;
}

/** favored is the side that -X prefers, or "". */
export const favored = (o: Options) => o.all("strategy-option").find((x) => x === "ours" || x === "theirs") ?? "";

/** clean ends a command that needs the index and the work tree to be as HEAD has them. */
async function clean(repo: Repo, verb: string) {
  const s = await look(repo, "no");
  if (s.conflicts.length > 0) {
    throw new Failure(`error: ${verb === "merge" ? "Merging" : verb === "rebase" ? "Rebasing" : "Cherry-picking"} is not possible because you have unmerged files.\nhint: Fix them up in the work tree, and then use 'git add/rm <file>'\nhint: as appropriate to mark resolution and make a commit.\nfatal: Exiting because of an unresolved conflict.`, 128, "");
  }
  return s;
}

/** showStat is the table that merge and pull print. */
async function showStat(repo: Repo, from: string | undefined, to: string) {
  const before = from ? (await repo.objects.commit(from)).tree : EMPTY_TREE;
  const list = await changedTrees(repo, before, (await repo.objects.commit(to)).tree);
  out(await present(repo, list, plain, { ...silent, stat: true, summary: true }));
}

export interface MergeOptions {
  noFF: boolean;
  only: boolean; // fast-forward only
  squash: boolean;
  noCommit: boolean;
  message?: string;
  quiet: boolean;
  noStat: boolean;
  favor: string;
  unrelated: boolean;
  edit: boolean;
  verify: boolean;
}

/** mergeCommit merges a commit into HEAD. name is what people call it, standard the message if none is given. */
export async function mergeCommit(repo: Repo, target: Commit, name: string, o: MergeOptions, standard: string): Promise<number> {
  const head = repo.head;
  for (const [file, what] of [["MERGE_HEAD", "merge"], ["CHERRY_PICK_HEAD", "cherry-pick"]] as const) {
    if (repo.text(file) !== undefined) fail(`You have not concluded your ${what} (${file} exists).\nPlease, commit your changes before you merge.`);
  }
  const state = await clean(repo, "merge");
  const work = new Worktree(repo);
  if (!head) {
    await work.moved(new Map(), await filesOf(repo, target.oid), "merge");
    repo.set("HEAD", target.oid, "initial pull");
    return 0;
  }
  const bases = await repo.bases(head, target.oid);
  if (bases.includes(target.oid)) {
    if (!o.quiet) out("Already up to date.\n");
    return 0;
  }
  if (bases.length === 0 && !o.unrelated) fail("refusing to merge unrelated histories");
  if (bases.includes(head) && !o.noFF) {
    if (!o.quiet) out(`Updating ${repo.short(head)}..${repo.short(target.oid)}\n`);
    await work.moved(await repo.headFiles(), await filesOf(repo, target.oid), "merge");
    if (!o.quiet) out("Fast-forward\n");
    if (o.squash) {
      if (!o.quiet) out("Squash commit -- not updating HEAD\n");
      repo.place("SQUASH_MSG", `Squashed commit of the following:\n\ncommit ${target.oid}\n\n    ${subject(target.message)}\n`);
    } else {
      repo.place("ORIG_HEAD", `${head}\n`);
      repo.set("HEAD", target.oid, `merge ${name}: Fast-forward`);
    }
    if (!o.quiet && !o.noStat) await showStat(repo, head, target.oid);
    hook(repo, "post-merge", [o.squash ? "1" : "0"]);
    return 0;
  }
  if (o.only) {
    say("hint: Diverging branches can't be fast-forwarded, you need to either:\nhint: \nhint: \tgit merge --no-ff\nhint: \nhint: or:\nhint: \nhint: \tgit rebase\nhint: \nhint: Disable this message with \"git config advice.diverging false\"\n");
    fail("Not possible to fast-forward, aborting.");
  }
  if (state.staged.length > 0) overwritten({ changed: state.staged.map((p) => (p.now ?? p.old)!.path) }, "merge");
  repo.place("ORIG_HEAD", `${head}\n`);
  const outcome = await threeWay(repo, await baseOf(repo, head, target.oid), await repo.headFiles(), await filesOf(repo, target.oid), { ours: "HEAD", base: bases.length > 1 ? "merged common ancestors" : bases[0] ? repo.short(bases[0]) : "empty tree", theirs: name }, "merge", o.favor);
  for (const note of outcome.notes) out(`${note}\n`);
  let message = o.message ?? standard;
  if (!message.endsWith("\n")) message += "\n";
  if (outcome.conflicts.length > 0 || o.noCommit || o.squash) {
    if (!o.squash) {
      repo.place("MERGE_HEAD", `${target.oid}\n`);
      repo.place("MERGE_MODE", o.noFF ? "no-ff" : "");
    }
    const list = outcome.conflicts.length > 0 ? `\n# Conflicts:\n${outcome.conflicts.map((p) => `#\t${p}\n`).join("")}` : "";
    if (o.squash) repo.place("SQUASH_MSG", `Squashed commit of the following:\n\ncommit ${target.oid}\n\n    ${subject(target.message)}\n`);
    else repo.place("MERGE_MSG", message + list);
    if (outcome.conflicts.length > 0) {
      out("Automatic merge failed; fix conflicts and then commit the result.\n");
      return 1;
    }
    out(o.squash ? "Squash commit -- not updating HEAD\nAutomatic merge went well; stopped before committing as requested\n" : "Automatic merge went well; stopped before committing as requested\n");
    return 0;
  }
  repo.place("MERGE_HEAD", `${target.oid}\n`);
  repo.place("MERGE_MODE", o.noFF ? "no-ff" : "");
  repo.place("MERGE_MSG", message);
  const file = [`${repo.shownDir}/MERGE_MSG`];
  // The hooks of a commit run; where one refuses, the merge waits to be committed.
  const refused = () => {
    say("Not committing merge; use 'git commit' to complete the merge.\n");
    return 1;
  };
  if (o.verify && !hook(repo, "pre-merge-commit")) return refused();
  repo.reread();
  if (!hook(repo, "prepare-commit-msg", [...file, "merge"])) return refused();
  if (o.edit) repo.place("MERGE_MSG", tidy(edit(repo, "MERGE_MSG", repo.text("MERGE_MSG") ?? ""), true));
  if (o.verify && !hook(repo, "commit-msg", file)) return refused();
  message = repo.text("MERGE_MSG") ?? "";
  const oid = write(repo, { tree: repo.index.tree(repo.objects), parents: [head, target.oid], message: tidy(message, false) });
  repo.set("HEAD", oid, `merge ${name}: Merge made by the 'ort' strategy.`);
  repo.drop("MERGE_HEAD", "MERGE_MODE", "MERGE_MSG");
  if (!o.quiet) out("Merge made by the 'ort' strategy.\n");
  if (!o.quiet && !o.noStat) await showStat(repo, head, oid);
  hook(repo, "post-merge", ["0"]);
  return 0;
}

export async function merge(args: string[], repo: Repo) {
  const o = parse(args, "--abort, --continue, --quit, --ff, --no-ff, --ff-only, --squash, --no-squash, --commit, --no-commit, -m --message=, -F --file=, -q --quiet, -n --no-stat, --stat, -s --strategy=, -X --strategy-option=, --allow-unrelated-histories, -e --edit, --no-edit, --no-verify, -S --gpg-sign?, --no-gpg-sign, -v --verbose, --progress, --no-progress, --log?, --no-log, --signoff, --autostash, --no-autostash, --into-name=, --verify-signatures");
  if (o.has("abort")) return abort(repo, "MERGE_HEAD", "There is no merge to abort (MERGE_HEAD missing).");
  if (o.has("quit")) {
    repo.drop("MERGE_HEAD", "MERGE_MSG", "MERGE_MODE");
    return 0;
  }
  if (o.has("continue")) {
    if (repo.text("MERGE_HEAD") === undefined) fail("There is no merge in progress (MERGE_HEAD missing).");
    return commit(["--no-edit", "--cleanup=default"], repo);
  }
  let names = o.words;
  if (names.length === 0) {
    const up = repo.upstream() ?? fail("No remote for the current branch.");
    names = [up.ref.replace(/^refs\/(remotes|heads)\//, "")];
  }
  await clean(repo, "merge");
  if (names.length > 1) {
    // What another of them has behind it needs no merge of its own.
    const oids: string[] = [];
    for (const n of names) oids.push((await repo.commitOf(n)).oid);
    const behind = new Set<string>();
    for (const oid of oids) for (const p of await repo.parents(oid)) for (const a of await repo.ancestors(p)) behind.add(a);
    names = names.filter((_, i) => !behind.has(oids[i]!));
    if (names.length > 1) fail("more than two parents are not supported here: merge one commit after the other");
  }
  const name = names[0]!;
  if ((await repo.resolve(name)) === undefined) throw new Failure(`merge: ${name} - not something we can merge`, 1, "");
  const target = await repo.commitOf(name);
  const full = repo.full(name) ?? "";
  const annotated = (await repo.objects.read((await repo.resolve(name))!)).kind === "tag";
  const kind = full.startsWith("refs/heads/") ? "branch" : full.startsWith("refs/remotes/") ? "remote-tracking branch" : full.startsWith("refs/tags/") ? "tag" : "commit";
  const into = repo.branch === undefined ? " into HEAD" : repo.branch === "master" || repo.branch === "main" ? "" : ` into ${repo.branch}`;
  const strategy = o.get("strategy");
  const favor = favored(o);
  if (strategy === "ours") {
    const oid = write(repo, { tree: (await repo.headTree())!, parents: [repo.head!, target.oid], message: `${o.all("message").join("\n\n") || `Merge ${kind} '${name}'${into}`}\n` });
    repo.set("HEAD", oid, `merge ${name}: Merge made by the 'ours' strategy.`);
    out("Merge made by the 'ours' strategy.\n");
    return 0;
  }
  const ff = repo.setting("merge.ff");
  return mergeCommit(
    repo,
    target,
    name,
    {
      noFF: o.has("no-ff") || (ff === "false" && !o.has("ff")) || (annotated && !o.has("ff") && !o.has("ff-only")),
      only: o.has("ff-only") || (ff === "only" && !o.has("no-ff")),
      squash: o.has("squash"),
      noCommit: o.has("no-commit") || o.no("commit"),
      message: o.all("message").length > 0 ? o.all("message").join("\n\n") : o.get("file") === undefined ? undefined : fs.readFileSync(o.get("file")!, "utf8"),
      quiet: o.has("quiet"),
      noStat: o.has("no-stat"),
      favor,
      unrelated: o.has("allow-unrelated-histories"),
      edit: o.has("edit"),
      verify: !o.has("no-verify"),
    },
    `Merge ${kind} '${name}'${into}`,
  );
}

/** abort goes back to where an operation began. */
async function abort(repo: Repo, file: string, missing: string): Promise<number> {
  if (repo.text(file) === undefined) fail(missing);
  const start = repo.text("sequencer/head")?.trim() ?? repo.head!;
  const work = new Worktree(repo);
  const reason = why(await work.back(await filesOf(repo, start)));
  if (reason) fail(reason);
  if (start !== repo.head) repo.set("HEAD", start, `reset: moving to ${start}`);
  repo.drop("MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "CHERRY_PICK_HEAD", "REVERT_HEAD", "sequencer");
  return 0;
}

/** Pick is what one step of a sequence does. */
interface Pick {
  revert: boolean;
  noCommit: boolean;
  mainline?: number;
  signoff: boolean;
  origin: boolean; // -x
  /** A commit that changed nothing is picked, and with redundant one that changes nothing any more. */
  allowEmpty: boolean;
  redundant: boolean;
  edit: boolean;
  favor: string;
}

/** message gives a commit's with what a pick adds. */
async function messageOf(repo: Repo, c: Commit, p: Pick): Promise<string> {
  if (p.revert) {
    return `Revert "${subject(c.message)}"\n\nThis reverts commit ${c.oid}${p.mainline ? `, reversing\nchanges made to ${c.parents[p.mainline - 1]}` : ""}.\n`;
  }
  let message = c.message;
  const line = (text: string) => {
    message = `${message.trimEnd()}\n${/\n(\([\w ]+|[\w-]+: ).*\s*$/.test(message) ? "" : "\n"}${text}\n`;
  };
  if (p.origin) line(`(cherry picked from commit ${c.oid})`);
  const me = p.signoff ? repo.who("COMMITTER") : undefined;
  if (me) line(`Signed-off-by: ${me.name} <${me.email}>`);
  return message;
}

/** apply brings what a commit changed, or its reverse, into the index and the work tree. */
async function apply(repo: Repo, c: Commit, p: Pick): Promise<Outcome> {
  if (c.parents.length > 1 && !p.mainline) throw new Failure(`commit ${c.oid} is a merge but no -m option was given.\nfatal: ${p.revert ? "revert" : "cherry-pick"} failed`, 128, "error: ");
  const parent = c.parents[(p.mainline ?? 1) - 1];
  const [base, theirs] = p.revert ? [c.oid, parent] : [parent, c.oid];
  const label = `${repo.short(c.oid)} (${subject(c.message)})`;
  const ours = p.noCommit ? indexFiles(repo) : await repo.headFiles();
  const labels = p.revert ? { ours: "HEAD", base: label, theirs: `parent of ${label}` } : { ours: "HEAD", base: `parent of ${label}`, theirs: label };
  return threeWay(repo, await filesOf(repo, base), ours, await filesOf(repo, theirs), labels, "merge", p.favor).catch((e) => {
    if (e instanceof Failure && (e.status === 1 || e instanceof Locked)) throw new Failure(`${e.message}\nfatal: ${p.revert ? "revert" : "cherry-pick"} failed`, 128, e instanceof Locked ? "error: " : e.prefix);
    throw e;
  });
}

export async function pick(args: string[], repo: Repo, revert: boolean) {
  const verb = revert ? "revert" : "cherry-pick";
  const file = revert ? "REVERT_HEAD" : "CHERRY_PICK_HEAD";
  const o = parse(args, "--abort, --continue, --skip, --quit, -n --no-commit, -m --mainline=, -s --signoff, -x, -e --edit, --no-edit, --allow-empty, --keep-redundant-commits, --allow-empty-message, -X --strategy-option=, --strategy=, --ff, -S --gpg-sign?, --no-gpg-sign");
  const p: Pick = { revert, noCommit: o.has("no-commit"), mainline: o.get("mainline") === undefined ? undefined : Number(o.get("mainline")), signoff: o.has("signoff"), origin: o.has("x"), allowEmpty: o.has("allow-empty") || o.has("keep-redundant-commits"), redundant: o.has("keep-redundant-commits"), edit: o.has("edit"), favor: favored(o) };
  if (o.has("abort") && repo.text(file) === undefined && repo.text("sequencer/todo") === undefined) throw new Failure(`error: no cherry-pick or revert in progress\nfatal: ${verb} failed`, 128, "");
  if (o.has("abort")) return abort(repo, repo.text(file) === undefined && repo.text("sequencer/todo") !== undefined ? "sequencer/todo" : file, "");
  if (o.has("quit")) {
    repo.drop(file, "sequencer", "MERGE_MSG");
    return 0;
  }
  let todo: string[] = [];
  if (o.has("continue") || o.has("skip")) {
    const current = repo.text(file)?.trim();
    todo = (repo.text("sequencer/todo") ?? "").split("\n").filter(Boolean);
    if (!current && todo.length === 0) throw new Failure(`no ${o.has("skip") ? verb : "cherry-pick or revert"} in progress\nfatal: ${verb} failed`, 128, "error: ");
    if (o.has("skip")) {
      const reason = why(await new Worktree(repo).back(await repo.headFiles()));
      if (reason) fail(reason);
      repo.drop(file, "MERGE_MSG");
    } else if (current) {
      const status = await commit(["--no-edit", "--cleanup=strip", ...(p.allowEmpty ? ["--allow-empty"] : [])], repo);
      if (status !== 0) return status;
    }
  } else {
    const range: { from: string[]; without: string[] } = { from: [], without: [] };
    if (o.words.length === 0) throw new Failure(`usage: git ${verb} [<options>] <commit-ish>...`, 129, "");
    const list: string[] = [];
    for (const word of o.words) {
      if (word.includes("..")) {
        if (!(await readRange(repo, word, range))) fail(`bad revision '${word}'`);
        const walked = await walk(repo, range, { ...everything, topo: true, reverse: !revert });
        list.push(...walked.map((w) => w.commit.oid));
        range.from = [];
        range.without = [];
      } else list.push((await repo.commitOf(word)).oid);
    }
    todo = list;
    const state = await clean(repo, verb);
    if (state.staged.length > 0 && !p.noCommit) {
      say(`error: your local changes would be overwritten by ${verb}.\nhint: commit your changes or stash them to proceed.\n`);
      throw new Failure(`${verb} failed`, 128);
    }
    if (todo.length > 1 && !p.noCommit) repo.place("sequencer/head", `${repo.head}\n`);
  }
  while (todo.length > 0) {
    const c = await repo.objects.commit(todo.shift()!);
    const rest = todo.map((l) => `${l}\n`).join("");
    // With --ff one whose parent is HEAD is taken as it is.
    if (o.has("ff") && !revert && !p.noCommit && c.parents.length < 2 && c.parents[0] === repo.head) {
      await new Worktree(repo).moved(await repo.headFiles(), await repo.objects.files(c.tree), "merge");
      repo.set("HEAD", c.oid, `${verb}: fast-forward`);
      continue;
    }
    const outcome = await apply(repo, c, p);
    for (const note of outcome.notes) out(`${note}\n`);
    const message = await messageOf(repo, c, p);
    if (outcome.conflicts.length > 0) {
      if (!p.noCommit) repo.place(file, `${c.oid}\n`);
      repo.place("MERGE_MSG", `${message}\n# Conflicts:\n${outcome.conflicts.map((f) => `#\t${f}\n`).join("")}`);
      if (rest) repo.place("sequencer/todo", rest);
      else repo.drop("sequencer/todo");
      say(`error: could not ${revert ? "revert" : "apply"} ${repo.short(c.oid)}... ${subject(c.message)}\n`);
      say(
        `hint: After resolving the conflicts, mark them with\nhint: "git add/rm <pathspec>", then run\nhint: "git ${verb} --continue".\nhint: You can instead skip this commit with "git ${verb} --skip".\nhint: To abort and get back to the state before "git ${verb}",\nhint: run "git ${verb} --abort".\n`,
      );
      return 1;
    }
    if (p.noCommit) {
      // A revert is one that is under way until it is committed, a pick is not.
      if (revert) {
        repo.place(file, `${c.oid}\n`);
        repo.place("MERGE_MSG", message);
      }
      continue;
    }
    const tree = repo.index.tree(repo.objects);
    const idle = async () => c.tree === (c.parents[0] ? (await repo.objects.commit(c.parents[0])).tree : EMPTY_TREE);
    if (tree === (await repo.headTree()) && !p.redundant && !(p.allowEmpty && (await idle()))) {
      repo.place(file, `${c.oid}\n`);
      repo.place("MERGE_MSG", message);
      if (rest) repo.place("sequencer/todo", rest);
      else repo.drop("sequencer/todo");
      if (!revert) say(EMPTY_PICK);
      await status([], repo);
      return 1;
    }
    const final = p.edit || (revert && process.env.GIT_EDITOR) ? tidy(edit(repo, "COMMIT_EDITMSG", message), true) : message;
    const oid = write(repo, { tree, parents: [repo.head!], message: final, author: revert ? undefined : c.author });
    repo.set("HEAD", oid, `${verb}: ${subject(final)}`);
    await told(repo, oid, false, true);
  }
  repo.drop("sequencer");
  if (!p.noCommit) repo.drop("CHERRY_PICK_HEAD", "REVERT_HEAD", "MERGE_MSG");
  return 0;
}

// Rebase. Its state lies where git keeps its own: .git/rebase-merge.

const STATE = "rebase-merge";

interface Step {
  verb: string;
  oid?: string;
  text: string;
}

const VERBS: Record<string, string> = { p: "pick", r: "reword", e: "edit", s: "squash", f: "fixup", d: "drop", x: "exec", b: "break" };

function readTodo(text: string): Step[] {
  const out: Step[] = [];
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(line)!;
    const verb = VERBS[word] ?? word;
    if (verb === "noop") continue;
    if (!Object.values(VERBS).includes(verb)) {
      say(`error: invalid command '${word}'\nerror: invalid line: ${line}\n`);
      fail("the list of what to do cannot be used: correct it with git rebase --edit-todo, or git rebase --abort");
    }
    out.push(verb === "exec" ? { verb, text: rest } : { verb, oid: rest.replace(/^-[cC] /, "").split(/\s/)[0], text: rest.replace(/^(-[cC] )?\S+\s*/, "") });
  }
  return out;
}

const showTodo = (steps: Step[]) => steps.map((s) => (s.verb === "exec" ? `exec ${s.text}\n` : `${s.verb} ${s.oid ?? ""} ${s.text}`.trimEnd() + (s.verb === "exec" ? "" : "\n"))).join("");

export async function rebase(args: string[], repo: Repo) {
  const o = parse(
    args,
    "--abort, --continue, --skip, --quit, --edit-todo, --show-current-patch, -i --interactive, --onto=, --root, -q --quiet, -v --verbose, --autostash, --no-autostash, --autosquash, --no-autosquash, -f --force-rebase --no-ff, -m --merge, --apply, --keep-empty, --no-keep-empty, --empty=, -x --exec=, -X --strategy-option=, -s --strategy=, --stat, -n --no-stat, --fork-point, --no-fork-point, --keep-base, --update-refs, --no-verify, --signoff, --reset-author-date, --committer-date-is-author-date, -S --gpg-sign?, -r --rebase-merges?, --reapply-cherry-picks, --no-reapply-cherry-picks",
  );
  const running = repo.text(`${STATE}/head-name`) !== undefined;
  if (["abort", "continue", "skip", "quit", "edit-todo", "show-current-patch"].some((n) => o.has(n))) {
    if (!running) fail("No rebase in progress?");
    if (o.has("abort") || o.has("quit")) return end(repo, o.has("quit"));
    if (o.has("edit-todo")) {
      repo.place(`${STATE}/git-rebase-todo`, edit(repo, `${STATE}/git-rebase-todo`, repo.text(`${STATE}/git-rebase-todo`) ?? "", true));
      return 0;
    }
    if (o.has("show-current-patch")) {
      const c = await repo.objects.commit(repo.text("REBASE_HEAD")!.trim());
      return show([c.oid], repo);
    }
    if (o.has("skip")) {
      await new Worktree(repo).move(new Map(), await repo.headFiles(), true);
      repo.drop("REBASE_HEAD", "MERGE_MSG", "CHERRY_PICK_HEAD", `${STATE}/current`);
    } else await conclude(repo);
    return run(repo);
  }
  if (running) fail("It seems that there is already a rebase-merge directory, and\nI wonder if you are in the middle of another rebase.  If that is the\ncase, please try\n\tgit rebase (--continue | --abort | --skip)");
  const words = [...o.words];
  const up = o.has("root") ? undefined : (words.shift() ?? repo.upstream()?.ref ?? fail("There is no tracking information for the current branch."));
  if (words[0] !== undefined) {
    const status = await checkout(["-q", words[0]], repo);
    if (status !== 0) return status;
  }
  if (!repo.head) fail("You do not have the initial commit yet");
  const state = await look(repo, "no");
  if (state.conflicts.length > 0 || state.changed.length > 0 || state.staged.length > 0) {
    if (o.has("autostash") || repo.flag("rebase.autoStash")) {
      await stash(["push", "-q", "-m", "autostash"], repo);
      const oid = repo.ref("refs/stash")!;
      await stash(["drop", "-q"], repo);
      repo.place(`${STATE}/autostash`, `${oid}\n`);
      say(`Created autostash: ${repo.short(oid)}\n`);
    } else {
      const why = state.changed.length > 0 || state.conflicts.length > 0 ? "cannot rebase: You have unstaged changes." : "cannot rebase: Your index contains uncommitted changes.";
      for (const path of state.conflicts) out(`${path}: needs merge\n`);
      const both = (state.changed.length > 0 && state.staged.length > 0) || state.conflicts.length > 0 ? "error: additionally, your index contains uncommitted changes.\n" : "";
      throw new Failure(`error: ${why}\n${both}error: Please commit or stash them.`, 1, "");
    }
  }
  const upOid = up === undefined ? undefined : (await repo.resolve(up)) === undefined ? fail(`invalid upstream '${up}'`) : (await repo.commitOf(up)).oid;
  const onto = o.get("onto") !== undefined ? (await repo.commitOf(o.get("onto")!)).oid : o.has("keep-base") ? (await repo.bases(upOid!, repo.head))[0]! : upOid;
  const name = repo.target("HEAD");
  const shown = repo.branch ?? "HEAD";
  const walked = await walk(repo, { from: [repo.head], without: upOid ? [upOid] : [] }, { ...everything, topo: true, reverse: true, merges: false });
  const interactive = o.has("interactive");
  const allowed = () => {
    if (!o.has("no-verify") && !hook(repo, "pre-rebase", [up ?? "--root", ...words.slice(0, 1)])) fail("The pre-rebase hook refused to rebase.");
  };
  const back = async () => {
    const stashed = repo.text(`${STATE}/autostash`)?.trim();
    if (stashed) {
      repo.drop(STATE);
      await unstash(repo, stashed);
    }
    return 0;
  };
  if (!interactive && !o.has("force-rebase") && onto === upOid && upOid && o.all("exec").length === 0) {
    const bases = await repo.bases(repo.head, upOid);
    const all = await walk(repo, { from: [repo.head], without: [upOid] }, everything);
    if (bases.includes(upOid) && all.every((w) => w.commit.parents.length < 2)) {
      if (!o.has("quiet")) out(`Current branch ${shown} is up to date.\n`);
      return back();
    }
    if (bases.includes(repo.head)) {
      allowed();
      const target = await repo.objects.commit(upOid);
      await new Worktree(repo).moved(await repo.headFiles(), await repo.objects.files(target.tree), "checkout").catch(undetached);
      const from = repo.head;
      repo.set("HEAD", upOid, `rebase (finish): ${name ?? "HEAD"} onto ${upOid}`);
      hook(repo, "post-checkout", [from, upOid, "1"]);
      if (!o.has("quiet")) say(`Successfully rebased and updated ${name ?? "detached HEAD"}.\n`);
      return back();
    }
  }
  allowed();
  // What the other side has too, in the same words, is left out.
  const theirs = new Set<string>();
  if (upOid) for (const w of await walk(repo, { from: [upOid], without: [repo.head] }, { ...everything, merges: false })) theirs.add(await patchId(repo, w.commit));
  let steps: Step[] = [];
  let skipped = false;
  for (const { commit: c } of walked) {
    if (theirs.size > 0 && theirs.has(await patchId(repo, c))) {
      say(`warning: skipped previously applied commit ${repo.short(c.oid)}\n`);
      skipped = true;
      continue;
    }
    steps.push({ verb: "pick", oid: repo.short(c.oid), text: subject(c.message) });
  }
  if (skipped) say('hint: use --reapply-cherry-picks to include skipped commits\nhint: Disable this message with "git config advice.skippedCherryPicks false"\n');
  if (o.has("autosquash") || (interactive && repo.flag("rebase.autoSquash") && !o.has("no-autosquash"))) steps = autosquash(steps);
  if (o.all("exec").length > 0) steps = steps.flatMap((s) => [s, ...o.all("exec").map((text) => ({ verb: "exec", text }))]);
  if (interactive) {
    const text = edit(repo, "rebase-todo", `${showTodo(steps) || "noop\n"}\n# Rebase ${upOid ? repo.short(upOid) : ""}..${repo.short(repo.head)} onto ${onto ? repo.short(onto) : "nothing"} (${steps.length} command${steps.length === 1 ? "" : "s"})\n#\n# p, pick <commit> = use commit\n# r, reword <commit> = use commit, but edit the commit message\n# e, edit <commit> = use commit, but stop for amending\n# s, squash <commit> = use commit, but meld into previous commit\n# f, fixup <commit> = like "squash" but keep only the previous commit's message\n# x, exec <command> = run command (the rest of the line) using shell\n# d, drop <commit> = remove commit\n# b, break = stop here (continue with 'git rebase --continue')\n`, true);
    repo.drop("rebase-todo");
    steps = readTodo(text);
    if (steps.length === 0) refuse("nothing to do");
  }
  const work = new Worktree(repo);
  const base = onto ? await repo.objects.commit(onto) : undefined;
  repo.place("ORIG_HEAD", `${repo.head}\n`);
  await work.moved(await repo.headFiles(), base ? await repo.objects.files(base.tree) : new Map(), "checkout").catch(undetached);
  for (const [file, text] of Object.entries({ "head-name": name ?? "detached HEAD", onto: onto ?? "", "orig-head": repo.head, "git-rebase-todo": showTodo(steps), total: String(steps.length), favor: favored(o), quiet: o.has("quiet") ? "1" : "" })) repo.place(`${STATE}/${file}`, `${text}\n`);
  if (onto) {
    const from = repo.head;
    repo.detach(onto, `rebase (start): checkout ${up}`);
    hook(repo, "post-checkout", [from, onto, "1"]);
  }
  if (!onto) repo.place(`${STATE}/root`, "");
  return run(repo);
}

function autosquash(steps: Step[]): Step[] {
  const out: Step[] = [];
  for (const s of steps) {
    const found = /^(fixup|squash)! (.*)$/.exec(s.text);
    const at = found ? out.findIndex((t) => t.text === found[2] || t.oid?.startsWith(found[2]!) || t.text.startsWith(found[2]!)) : -1;
    if (!found || at < 0) {
      out.push(s);
      continue;
    }
    let end = at + 1;
    while (end < out.length && (out[end]!.verb === "fixup" || out[end]!.verb === "squash")) end++;
    out.splice(end, 0, { ...s, verb: found[1]! });
  }
  return out;
}

/** patchId names what a commit changed and between which lines, wherever that is. Spaces do not count. */
async function patchId(repo: Repo, c: Commit): Promise<string> {
  const parent = c.parents[0] ? (await repo.objects.commit(c.parents[0])).tree : EMPTY_TREE;
  const around = (lines: string[], from: number, to: number) => lines.slice(Math.max(from - plain.context, 0), to + plain.context).join("").replace(/\s+/g, "");
  let id = "";
  for (const pair of await renamed(await changedTrees(repo, parent, c.tree), 0)) {
    const p = await patch(pair, plain);
    id += `${pair.old?.path} ${pair.now?.path} ${p.binary ? `${pair.old?.oid} ${pair.now?.oid}` : p.hunks.map((h) => `-${around(p.old, h[0]!.a, h.at(-1)!.A)}+${around(p.now, h[0]!.b, h.at(-1)!.B)}`).join("")}\0`;
  }
  return id;
}

/** cherry lists the commits of a branch, and says which of them another has in other commits. */
export async function cherry(args: string[], repo: Repo) {
  const o = parse(args, "-v --verbose, --abbrev?");
  const upstream = o.words[0] ?? repo.upstream()?.ref ?? fail("Could not find a tracked remote branch, please\nspecify <upstream> manually.");
  const up = (await repo.commitOf(upstream)).oid;
  const head = (await repo.commitOf(o.words[1] ?? "HEAD")).oid;
  const limit = o.words[2] === undefined ? [] : [(await repo.commitOf(o.words[2])).oid];
  const theirs = new Set<string>();
  for (const w of await walk(repo, { from: [up], without: [head] }, { ...everything, merges: false })) theirs.add(await patchId(repo, w.commit));
  for (const { commit: c } of await walk(repo, { from: [head], without: [up, ...limit] }, { ...everything, merges: false, reverse: true })) {
    const name = o.has("abbrev") ? repo.short(c.oid, Number(o.get("abbrev")) || undefined) : c.oid;
    out(`${theirs.has(await patchId(repo, c)) ? "-" : "+"} ${name}${o.has("verbose") ? ` ${subject(c.message)}` : ""}\n`);
  }
}

/** conclude commits what a stopped step left in the index. */
async function conclude(repo: Repo) {
  const conflicts = repo.index.conflicts();
  if (conflicts.length > 0) {
    for (const p of conflicts) out(`${p}: needs merge\n`);
    throw new Failure("You must edit all merge conflicts and then\nmark them as resolved using git add", 1, "");
  }
  const current = repo.text(`${STATE}/current`)?.trim();
  if (current === undefined) return;
  const [verb = "pick", oid = ""] = current.split(" ");
  const c = await repo.objects.commit(oid);
  const tree = repo.index.tree(repo.objects);
  const message = tidy(repo.text("MERGE_MSG") ?? c.message, true);
  if (verb === "edit" && repo.head !== repo.text(`${STATE}/stopped`)?.trim() && tree === (await repo.headTree())) {
    // It was amended by hand.
  } else if (verb === "edit" && tree === (await repo.headTree())) {
    // Nothing was changed.
  } else if (verb === "edit") {
    const head = await repo.objects.commit(repo.head!);
    repo.set("HEAD", write(repo, { tree, parents: head.parents, message: head.message, author: head.author }), `rebase (continue): ${subject(head.message)}`);
  } else if (verb === "squash" || verb === "fixup") {
    const head = await repo.objects.commit(repo.head!);
    repo.set("HEAD", write(repo, { tree, parents: head.parents, message, author: head.author }), `rebase (${verb}): ${subject(message)}`);
  } else if (tree !== (await repo.headTree())) {
    const final = process.env.GIT_EDITOR || process.env.EDITOR || repo.setting("core.editor") ? tidy(edit(repo, "COMMIT_EDITMSG", message), true) : message;
    const made = write(repo, { tree, parents: repo.head && !rootless(repo) ? [repo.head] : [], message: final, author: c.author });
    place(repo, made, `rebase (continue): ${subject(final)}`);
    await told(repo, made, false);
  }
  repo.drop("REBASE_HEAD", "MERGE_MSG", "CHERRY_PICK_HEAD", `${STATE}/current`, `${STATE}/stopped`);
}

/** CLEAR takes away what a line says of how far a rebase is. */
const CLEAR = `\r${" ".repeat(80)}\r`;

const rootless = (repo: Repo) => repo.text(`${STATE}/root`) !== undefined;

/** place makes a commit HEAD, which is on no branch meanwhile. */
function place(repo: Repo, oid: string, why: string) {
  repo.detach(oid, why);
  repo.drop(`${STATE}/root`);
}

/** undetached ends a rebase that could not begin. */
function undetached(e: unknown): never {
  if (e instanceof Locked) throw new Failure(`${e.message}\nerror: could not detach HEAD`, 1, "error: ");
  if (e instanceof Failure && e.prefix === "") throw new Failure(`${e.message}\nerror: could not detach HEAD`, e.status, e.prefix);
  throw e;
}

/** run does what is left of the list. */
async function run(repo: Repo): Promise<number> {
  const steps = readTodo(repo.text(`${STATE}/git-rebase-todo`) ?? "");
  const total = Number(repo.text(`${STATE}/total`) ?? 0);
  const quiet = repo.text(`${STATE}/quiet`)?.trim() === "1";
  const favor = repo.text(`${STATE}/favor`)?.trim() ?? "";
  const done = readTodo(repo.text(`${STATE}/done`) ?? "");
  let silently = done.length === 0;
  while (steps.length > 0) {
    const s = steps.shift()!;
    repo.place(`${STATE}/git-rebase-todo`, showTodo(steps));
    done.push(s);
    repo.place(`${STATE}/done`, showTodo(done));
    if (s.verb === "drop") continue;
    // What already follows on what is there is taken as it is, and at first without a word.
    const c = s.oid === undefined ? undefined : await repo.commitOf(s.oid);
    const first = rootless(repo);
    const as = c && s.verb === "pick" && (first ? c.parents.length === 0 : c.parents[0] === repo.head);
    if (!as) silently = false;
    if (!quiet && !silently) say(`Rebasing (${total - steps.length}/${total})\r`);
    // What cannot be done now is done when the rebase goes on.
    const later = (e: unknown): never => {
      if (!(e instanceof Failure) || !c) throw e;
      repo.place(`${STATE}/git-rebase-todo`, showTodo([s, ...steps]));
      repo.place(`${STATE}/done`, showTodo(done.slice(0, -1)));
      throw new Failure(
        `${e.message}\nhint: Could not execute the todo command\nhint: \nhint:     ${s.verb} ${c.oid} ${s.text}\nhint: \nhint: It has been rescheduled; To edit the command before continuing, please\nhint: edit the todo list first:\nhint: \nhint:     git rebase --edit-todo\nhint:     git rebase --continue\nCould not apply ${repo.short(c.oid)}... ${s.text}`,
        1,
        e.prefix,
      );
    };
    if (as) {
      await new Worktree(repo).moved(first ? none : await repo.headFiles(), await repo.objects.files(c.tree), "merge").catch(later);
      place(repo, c.oid, `rebase (pick): ${subject(c.message)}`);
      continue;
    }
    if (s.verb === "break") {
      say(`${CLEAR}Stopped at ${repo.short(repo.head!)}\n`);
      return 0;
    }
    if (s.verb === "exec") {
      say(`${CLEAR}Executing: ${s.text}\n`);
      const { status } = spawnSync(s.text, { shell: true, stdio: "inherit", cwd: repo.work });
      if (status !== 0) {
        say(`warning: execution failed: ${s.text}\nYou can fix the problem, and then run\n\n  git rebase --continue\n\n\n`);
        return 1;
      }
      continue;
    }
    if (!c) fail(`a commit is needed: ${s.verb}`);
    const parent = c.parents[0];
    const root = rootless(repo);
    const label = `${repo.short(c.oid)} (${subject(c.message)})`;
    const outcome = await threeWay(repo, await filesOf(repo, parent), root ? none : await repo.headFiles(), await repo.objects.files(c.tree), { ours: "HEAD", base: `parent of ${label}`, theirs: label }, "merge", favor).catch(later);
    for (const note of outcome.notes) out(`${note}\n`);
    const meld = s.verb === "squash" || s.verb === "fixup";
    const head = root ? undefined : await repo.objects.commit(repo.head!);
    // The line that only says what a commit is to be melded into is left out.
    const own = /^(squash|fixup|amend)! /.test(c.message) ? c.message.replace(/^[^\n]*\n*/, "") : c.message;
    const message = meld ? (s.verb === "squash" ? `${head!.message.trimEnd()}\n\n${own}`.trimEnd() + "\n" : head!.message) : c.message;
    if (outcome.conflicts.length > 0) {
      repo.place("REBASE_HEAD", `${c.oid}\n`);
      repo.place("MERGE_MSG", `${message}\n# Conflicts:\n${outcome.conflicts.map((f) => `#\t${f}\n`).join("")}`);
      repo.place(`${STATE}/current`, `${s.verb} ${c.oid}\n`);
      say(
        `error: could not apply ${repo.short(c.oid)}... ${subject(c.message)}\nhint: Resolve all conflicts manually, mark them as resolved with\nhint: "git add/rm <conflicted_files>", then run "git rebase --continue".\nhint: You can instead skip this commit: run "git rebase --skip".\nhint: To abort and get back to the state before "git rebase", run "git rebase --abort".\nCould not apply ${repo.short(c.oid)}... ${subject(c.message)}\n`,
      );
      return 1;
    }
    const tree = repo.index.tree(repo.objects);
    if (!meld && head && tree === head.tree && c.tree !== (parent ? (await repo.objects.commit(parent)).tree : EMPTY_TREE)) {
      say(`dropping ${c.oid} ${subject(c.message)} -- patch contents already upstream\n`);
      continue;
    }
    let final = message;
    const lastMeld = meld && !(steps[0]?.verb === "squash" || steps[0]?.verb === "fixup");
    // The message of several is edited once, if one of them is a squash.
    const melded = done.slice(done.findLastIndex((d) => d.verb !== "squash" && d.verb !== "fixup") + 1);
    const edited = s.verb === "reword" || (lastMeld && melded.some((d) => d.verb === "squash"));
    if (edited) final = tidy(edit(repo, "COMMIT_EDITMSG", message), true);
    const oid = write(repo, { tree, parents: meld ? head!.parents : head ? [head.oid] : [], message: final, author: meld ? head!.author : c.author });
    place(repo, oid, `rebase (${s.verb}): ${subject(final)}`);
    if (edited) await told(repo, oid, quiet, true);
    if (s.verb === "edit") {
      repo.place(`${STATE}/current`, `edit ${c.oid}\n`);
      repo.place(`${STATE}/stopped`, `${oid}\n`);
      say(`${CLEAR}Stopped at ${repo.short(c.oid)}...  ${subject(c.message)}\nYou can amend the commit now, with\n\n  git commit --amend \n\nOnce you are satisfied with your changes, run\n\n  git rebase --continue\n`);
      return 0;
    }
  }
  const name = repo.text(`${STATE}/head-name`)!.trim();
  const onto = repo.text(`${STATE}/onto`)!.trim();
  if (name.startsWith("refs/")) {
    const oid = repo.head!;
    repo.point(name);
    repo.set(name, oid, `rebase (finish): ${name} onto ${onto}`);
  }
  const stashed = repo.text(`${STATE}/autostash`)?.trim();
  repo.drop(STATE, "REBASE_HEAD");
  if (!quiet) say(`${CLEAR}Successfully rebased and updated ${name}.\n`);
  if (stashed) await unstash(repo, stashed);
  return 0;
}

/** unstash brings back what was put away before a rebase; where it cannot, it is a stash from then on. */
async function unstash(repo: Repo, oid: string) {
  if ((await stash(["apply", "-q", oid], repo)) === 0) return say("Applied autostash.\n");
  repo.set("refs/stash", oid, "autostash");
  say("Applying autostash resulted in conflicts.\nYour changes are safe in the stash.\nYou can run \"git stash pop\" or \"git stash drop\" at any time.\n");
}

/** end gives a rebase up. */
async function end(repo: Repo, keep: boolean): Promise<number> {
  const name = repo.text(`${STATE}/head-name`)!.trim();
  const start = repo.text(`${STATE}/orig-head`)!.trim();
  const stashed = repo.text(`${STATE}/autostash`)?.trim();
  if (!keep) {
    await new Worktree(repo).move(new Map(), await filesOf(repo, start), true);
    if (name.startsWith("refs/")) repo.point(name, `rebase (abort): returning to ${name}`);
    else repo.detach(start, `rebase (abort): updating HEAD`);
  }
  repo.drop(STATE, "REBASE_HEAD", "MERGE_MSG", "CHERRY_PICK_HEAD");
  if (stashed && !keep) await unstash(repo, stashed);
  return 0;
}
