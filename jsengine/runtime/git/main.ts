import { spawnSync } from "node:child_process";
import { Failure, fail } from "./failure.ts";
import * as basic from "./basic.ts";
import * as branches from "./branches.ts";
import * as log from "./log.ts";
import { am, formatPatch } from "./mail.ts";
import * as plumbing from "./plumbing.ts";
import * as remote from "./remote.ts";
import * as sequence from "./sequence.ts";
import { out, say } from "./io.ts";
import { quoting } from "./quote.ts";
import { Repo, given, valid } from "./repo.ts";

/** The version of git whose words and options these commands have. */
const VERSION = "2.39.5";

type Result = number | void | Promise<number | void>;

/** Commands that need a repository, and those that can do without. */
const inside: Record<string, (args: string[], repo: Repo) => Result> = {
  add: basic.add,
  stage: basic.add,
  rm: basic.rm,
  mv: basic.mv,
  status: basic.status,
  commit: basic.commit,
  clean: basic.clean,
  reset: basic.reset,
  branch: branches.branch,
  checkout: branches.checkout,
  switch: branches.switchTo,
  restore: branches.restore,
  tag: branches.tag,
  stash: branches.stash,
  merge: sequence.merge,
  rebase: sequence.rebase,
  cherry: sequence.cherry,
  "format-patch": formatPatch,
  am,
  whatchanged: (args, repo) => log.log(["--raw", "--no-merges", ...args], repo),
  "cherry-pick": (args, repo) => sequence.pick(args, repo, false),
  revert: (args, repo) => sequence.pick(args, repo, true),
  log: log.log,
  show: log.show,
  blame: log.blame,
  annotate: (args, repo) => log.blame(["-c", ...args], repo),
  shortlog: log.shortlog,
  reflog: log.reflog,
  describe: log.describe,
  grep: log.grep,
  "rev-list": log.revList,
  "diff-tree": log.diffTree,
  "diff-index": (args, repo) => log.diffIndex(args, repo, false),
  "diff-files": (args, repo) => log.diffIndex(args, repo, true),
  "ls-files": plumbing.lsFiles,
  "ls-tree": plumbing.lsTree,
  "cat-file": plumbing.catFile,
  "show-ref": plumbing.showRef,
  "for-each-ref": plumbing.forEachRef,
  "symbolic-ref": plumbing.symbolicRef,
  "update-ref": plumbing.updateRef,
  "merge-base": plumbing.mergeBase,
  "write-tree": (_, repo) => plumbing.writeTree(repo),
  "read-tree": plumbing.readTree,
  "commit-tree": plumbing.commitTree,
  "update-index": plumbing.updateIndex,
  "check-ignore": plumbing.checkIgnore,
  "name-rev": plumbing.nameRev,
  "checkout-index": plumbing.checkoutIndex,
  "count-objects": plumbing.countObjects,
  var: plumbing.variable,
  fsck: plumbing.fsck,
  fetch: remote.fetch,
  pull: remote.pull,
  push: remote.push,
  remote: remote.remote,
  gc: () => 0, // nothing is gathered: objects stay as they are
  prune: () => 0,
  repack: () => 0,
  "pack-refs": () => 0,
  maintenance: () => 0,
};

const anywhere: Record<string, (args: string[], repo?: Repo) => Result> = {
  init: (args) => basic.init(args),
  clone: (args) => remote.clone(args),
  config: basic.config,
  diff: log.diff,
  apply: plumbing.apply,
  "hash-object": plumbing.hashObject,
  "rev-parse": plumbing.revParse,
  "ls-remote": remote.lsRemote,
  "merge-file": (args) => branches.mergeFile(args),
  "check-ref-format": (args) => checkRefFormat(args),
  version: () => out(`git version ${VERSION}\n`),
  help: () => usage(),
};

/** What of git is not here, and why. */
const missing: Record<string, string> = {
  submodule: "submodules are not supported here",
  worktree: "there is one work tree here: clone into another folder",
  bisect: "bisect is not supported here",
  archive: "use tar or zip",
  notes: "notes are not supported here",
  lfs: "large files are not fetched here",
  "filter-branch": "history is not rewritten here: use git rebase -i",
};

function checkRefFormat(args: string[]): number {
  const name = args.at(-1) ?? "";
  if (args[0] === "--branch") {
    if (name.startsWith("-") || !valid(`refs/heads/${name}`)) fail(`'${name}' is not a valid branch name`);
    out(`${name}\n`);
    return 0;
  }
  return valid(name) && (name.includes("/") || args.includes("--allow-onelevel")) ? 0 : 1;
}

function usage() {
  out(
    `usage: git [-v | --version] [-h | --help] [-C <path>] [-c <name>=<value>]
           [--no-pager] [--git-dir=<path>] [--work-tree=<path>] [--bare]
           <command> [<args>]

start:       clone init
change:      add mv restore rm clean apply stash
examine:     status log show diff blame grep describe shortlog reflog
history:     commit branch switch checkout merge rebase reset cherry-pick revert tag
others:      remote fetch pull push ls-remote
for scripts: ${[...Object.keys(inside), ...Object.keys(anywhere)].filter((n) => /-/.test(n) && n !== "cherry-pick").sort().join(" ")}
`,
  );
}

async function run(args: string[]): Promise<number> {
  const left = [...args];
  let gitdir: string | undefined;
  let top: string | undefined;
  while (left[0]?.startsWith("-")) {
    const a = left.shift()!;
    const [name, value] = a.startsWith("--") && a.includes("=") ? [a.slice(0, a.indexOf("=")), a.slice(a.indexOf("=") + 1)] : [a, undefined];
    const next = () => value ?? left.shift() ?? fail(`no value given for '${name}'`);
    switch (name) {
      case "-C": {
        const dir = next();
        try {
          if (dir !== "") process.chdir(dir);
        } catch {
          fail(`cannot change to '${dir}': No such file or directory`);
        }
        break;
      }
      case "-c": {
        const text = next();
        const equals = text.indexOf("=");
        const key = equals < 0 ? text : text.slice(0, equals);
        if (!key.includes(".")) throw new Failure(`key does not contain a section: ${key}\nfatal: unable to parse command-line config`, 128, "error: ");
        given.push([key, equals < 0 ? "true" : text.slice(equals + 1)]);
        break;
      }
      case "--git-dir":
        gitdir = next();
        break;
      case "--work-tree":
        top = next();
        break;
      case "-v":
      case "--version":
        out(`git version ${VERSION}\n`);
        return 0;
      case "-h":
      case "--help":
        usage();
        return 0;
      case "--exec-path":
        out("/usr/bin\n");
        return 0;
      case "--bare":
      case "-p":
      case "-P":
      case "--paginate":
      case "--no-pager":
      case "--no-optional-locks":
      case "--no-replace-objects":
      case "--literal-pathspecs":
      case "--no-advice":
        break;
      default:
        throw new Failure(`unknown option: ${a}\nusage: git [--version] [--help] [-C <path>] [-c <name>=<value>] <command> [<args>]`, 129, "");
    }
  }
  for (let n = 0; n < Number(process.env.GIT_CONFIG_COUNT ?? 0); n++) given.unshift([process.env[`GIT_CONFIG_KEY_${n}`] ?? "", process.env[`GIT_CONFIG_VALUE_${n}`] ?? ""]);
  const verb = left.shift();
  if (verb === undefined) {
    usage();
    return 1;
  }
  const repo = () => {
    const found = Repo.find(process.cwd(), gitdir ?? process.env.GIT_DIR, top ?? process.env.GIT_WORK_TREE);
    quoting.ascii = found?.flag("core.quotePath") !== false;
    return found;
  };
  if (Object.hasOwn(anywhere, verb)) return (await anywhere[verb]!(left, verb === "init" || verb === "clone" ? undefined : repo())) ?? 0;
  const command = Object.hasOwn(inside, verb) ? inside[verb] : undefined;
  if (command) {
    if (left.includes("-h") && left.length === 1) {
      usage();
      return 129;
    }
    return (await command(left, repo() ?? fail((gitdir ?? process.env.GIT_DIR) ? `not a git repository: '${gitdir ?? process.env.GIT_DIR}'` : "not a git repository (or any of the parent directories): .git"))) ?? 0;
  }
  const found = repo();
  const alias = found?.setting(`alias.${verb}`);
  if (alias !== undefined) {
    if (alias.startsWith("!")) {
      return spawnSync("sh", ["-c", `${alias.slice(1)} "$@"`, alias.slice(1), ...left], { stdio: "inherit", cwd: found?.top }).status ?? 1;
    }
    const words = [...alias.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]!);
    if (words[0] === verb) fail(`alias loop detected: expansion of '${verb}' does not terminate`);
    return run([...words, ...left]);
  }
  if (Object.hasOwn(missing, verb)) fail(`git ${verb}: ${missing[verb]}`);
  throw new Failure(`git: '${verb}' is not a git command. See 'git --help'.`, 1, "");
}

process.stdout.on("error", () => process.exit(141)); // nobody reads any more

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (e) {
  if (e instanceof Failure) {
    say(`${e.prefix}${e.message}\n`);
    process.exitCode = e.status;
  } else {
    // What the library says of its own faults is for its authors, but for the end.
    say(`fatal: ${(e as Error).message.replace(/^An internal error[^]*this error message: /, "")}\n`);
    process.exitCode = 128;
  }
}
