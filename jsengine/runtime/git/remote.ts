import fs from "node:fs";
import { basename, resolve } from "node:path";
import * as library from "isomorphic-git";
import http from "isomorphic-git/http/web";
import { parse } from "./args.ts";
import { create, hook } from "./basic.ts";
import { DETACHED } from "./branches.ts";
import { Failure, fail, refuse } from "./failure.ts";
import { out, say } from "./io.ts";
import { type GitObject, MODULE, ZERO } from "./objects.ts";
import { type MergeOptions, favored, mergeCommit, rebase } from "./sequence.ts";
import { Repo, valid } from "./repo.ts";
import { Worktree } from "./worktree.ts";

const heads = "refs/heads/";

/** Place is where another repository is: behind HTTP, or a folder of this file system. */
type Place = { url: string } | { dir: string };

function place(text: string, from = process.cwd()): Place {
  if (/^https?:\/\//.test(text)) return { url: text };
  if (/^(ssh|git|ftp):\/\//.test(text) || (/^[\w.-]+@[\w.-]+:/.test(text) && !fs.existsSync(text))) fail(`'${text}': only https, http and folders can be reached from here: there is no ssh`);
  const dir = resolve(from, text.replace(/^file:\/\//, ""));
  for (const at of [`${dir}/.git`, dir, `${dir}.git`]) if (fs.existsSync(`${at}/HEAD`)) return { dir: at };
  throw new Failure(`'${text}' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.`, 128);
}

/** hidden is an address without the password in it. */
const hidden = (url: string) => url.replace(/^(https?:\/\/)[^/@]*@/, "$1");

function headers(repo?: Repo): Record<string, string> {
  const list: Record<string, string> = {};
  const extra = repo?.setting("http.extraHeader");
  const found = /^([\w-]+):\s*(.*)$/.exec(extra ?? "");
  if (found) list[found[1]!] = found[2]!;
  return list;
}

/** Auth looks for a password in ~/.git-credentials: there is nobody to ask. */
class Auth {
  /** Says that there was one, and the server did not take it. */
  refused = false;
  private tried = false;

  constructor(private readonly url: string) {}

  readonly onAuth = (_: string, before: library.GitAuth): library.GitAuth => {
    if (before.headers?.Authorization) this.refused = true; // that of the address
    const { host, protocol } = new URL(this.url);
    let text = "";
    try {
      text = fs.readFileSync(`${process.env.HOME ?? "/"}/.git-credentials`, "utf8");
    } catch {
      // There are none.
    }
    for (const line of this.tried ? [] : text.split("\n")) {
      if (!URL.canParse(line.trim())) continue;
      const u = new URL(line.trim());
      if (u.host !== host || u.protocol !== protocol) continue; // none for https goes over http
      this.tried = true;
      return { username: decodeURIComponent(u.username), password: decodeURIComponent(u.password) };
    }
    return { cancel: true };
  };

  readonly onAuthFailure = (): library.GitAuth => {
    this.refused = true;
    return { cancel: true };
  };
}

/** reached runs something that talks to a server, and says what went wrong as git does. */
async function reached<T>(url: string, run: (auth: Auth) => Promise<T>): Promise<T> {
  const auth = new Auth(url);
  try {
    return await run(auth);
  } catch (e) {
    const { code, data, message, cause } = e as { code?: string; data?: { statusCode?: number; response?: string }; message: string; cause?: { message?: string } };
    const shown = hidden(url);
    if (code === "UserCanceledError" && auth.refused) fail(`Authentication failed for '${shown}/'`.replace("//'", "/'"));
    if (code === "UserCanceledError") fail(`could not read Username for '${new URL(url).origin}': terminal prompts disabled`);
    if (code === "HttpError" && data?.statusCode === 404) fail(`repository '${shown}/' not found`.replace("//'", "/'"));
    if (code === "HttpError") fail(`unable to access '${shown}/': The requested URL returned error: ${data?.statusCode}`.replace("//'", "/'"));
    if (code === "SmartHttpError") fail(`${shown}/info/refs not valid: is this a git repository?`);
    if (e instanceof TypeError) fail(`unable to access '${shown}/': ${cause?.message ?? message}`.replace("//'", "/'"));
    throw e;
  }
}

/** UNNAMED is the name that a remote has while something is fetched from a mere address. */
const UNNAMED = "FETCH_HEAD";

/** asNamed is the file system with the settings of a remote that has none. */
function asNamed(repo: Repo): library.FsClient {
  const settings = `\n[remote "${UNNAMED}"]\n\tfetch = +refs/heads/*:refs/remotes/${UNNAMED}/*\n`;
  const readFile = async (path: string, options?: "utf8") => {
    const text = await fs.promises.readFile(path, options);
    return resolve(path) === `${repo.gitdir}/config` ? text + settings : text;
  };
  return { promises: { ...fs.promises, readFile } };
}

/**
 * copy brings objects, and all that they lead to, from one store to another. What one
 * leads to comes before it: a copy may end at any time, and what is there is taken to
 * be there with all below it.
 */
async function copy(from: Repo, to: Repo, oids: string[]): Promise<void> {
  const seen = new Set<string>();
  const left: { oid: string; object?: GitObject }[] = oids.map((oid) => ({ oid }));
  for (let next = left.pop(); next; next = left.pop()) {
    const { oid } = next;
    if (next.object) {
      if (to.objects.write(next.object.kind, next.object.data) !== oid) fail(`hash mismatch ${oid}`);
      continue;
    }
    if (seen.has(oid)) continue;
    seen.add(oid);
    if (to.objects.has(oid)) continue;
    const object = await from.objects.read(oid);
    left.push({ oid, object });
    const needs: string[] = [];
    if (object.kind === "commit") needs.push(...(await from.parents(oid)), (await from.objects.commit(oid)).tree);
    else if (object.kind === "tag") needs.push(object.data.toString("latin1", 7, 47));
    else if (object.kind === "tree") for (const e of await from.objects.tree(oid)) if (e.mode !== MODULE) needs.push(e.oid);
    for (const n of needs) left.push({ oid: n });
  }
}

interface Fetch {
  remote: string;
  /** What is wanted: names of branches or tags there; nothing: all branches. */
  refs: string[];
  depth?: number;
  prune: boolean;
  tags: boolean;
  single?: string;
}

interface Fetched {
  /** The branch that HEAD stands for there. */
  branch?: string;
  head?: string;
  /** What FETCH_HEAD is to say: names as they are there. */
  got: { oid: string; name: string }[];
}

/** take fetches what a remote has. */
async function take(repo: Repo, url: string, f: Fetch): Promise<Fetched> {
  const at = place(url, repo.top ?? repo.gitdir);
  const tracking = repo.config.get(`remote.${f.remote}.fetch`) !== undefined;
  if ("dir" in at) {
    const there = new Repo(at.dir, undefined);
    const branches = there.refs(heads).filter((r) => f.single === undefined || r.name === heads + f.single);
    const wanted = f.refs.length === 0 ? branches : [];
    for (const name of f.refs) {
      const full = there.full(name) ?? fail(`couldn't find remote ref ${name}`);
      wanted.push({ name: full, oid: there.ref(full)! });
    }
    await copy(there, repo, wanted.map((r) => r.oid));
    const got = wanted.map((r) => ({ oid: r.oid, name: r.name }));
    if (tracking) for (const r of wanted) if (r.name.startsWith(heads)) move(repo, `refs/remotes/${f.remote}/${r.name.slice(heads.length)}`, r.oid);
    if (f.prune) prune(repo, f.remote, there.refs(heads).map((r) => r.name.slice(heads.length)));
    for (const tag of f.tags ? there.refs("refs/tags/") : []) {
      const peeled = await there.objects.peel(tag.oid);
      if (repo.ref(tag.name) || (f.single !== undefined && !(await repo.objects.find(peeled.oid)))) continue;
      await copy(there, repo, [tag.oid]);
      repo.set(tag.name, tag.oid);
    }
    return { branch: there.target("HEAD")?.replace(heads, ""), head: there.head, got };
  }
  const name = tracking ? f.remote : UNNAMED;
  const common = { fs: tracking ? fs : asNamed(repo), http, gitdir: repo.gitdir, url, remote: name, headers: headers(repo) };
  const list = f.refs.length > 0 ? f.refs : [f.single];
  const messages: string[] = [];
  const got: Fetched["got"] = [];
  let result: Fetched = { got };
  for (const ref of list) {
    const remoteRef = ref;
    const r = await reached(url, (auth) =>
      library.fetch({ ...common, ...auth, ...(ref === undefined ? {} : { ref, remoteRef }), singleBranch: ref !== undefined, tags: f.tags, ...(f.depth === undefined ? {} : { depth: f.depth }), prune: f.prune, onMessage: (m) => void messages.push(m) }),
    );
    repo.objects.packs.again();
    await complete(repo, name, messages);
    const branch = r.defaultBranch?.replace(heads, "") ?? undefined;
    result = { branch, head: r.fetchHead ?? undefined, got };
    if (r.fetchHead) got.push({ oid: r.fetchHead, name: /branch '(.*?)'/.exec(r.fetchHeadDescription ?? "")?.[1] ?? ref ?? branch ?? "HEAD" });
  }
  repo.drop(`refs/remotes/${UNNAMED}`);
  return result;
}

/** complete fails if a server gave references and not what they stand for, and drops them. */
async function complete(repo: Repo, remote: string, messages: string[]) {
  const lost = [];
  for (const r of [...repo.refs(`refs/remotes/${remote}/`), ...repo.refs("refs/tags/")]) if (!(await repo.objects.find(r.oid))) lost.push(r.name);
  if (lost.length === 0) return;
  for (const name of lost) repo.delete(name);
  for (const line of messages.join("").split(/[\r\n]+/)) if (/error|fatal/.test(line)) say(`remote: ${line}\n`);
  fail("the remote end hung up unexpectedly\nfatal: early EOF\nfatal: fetch-pack: invalid index-pack output");
}

function move(repo: Repo, name: string, oid: string) {
  if (repo.ref(name) !== oid) repo.set(name, oid, repo.ref(name) ? "fetch: fast-forward" : "fetch: storing head");
}

function prune(repo: Repo, remote: string, there: string[]) {
  const prefix = `refs/remotes/${remote}/`;
  for (const r of repo.refs(prefix)) if (r.name !== `${prefix}HEAD` && !there.includes(r.name.slice(prefix.length))) repo.delete(r.name);
}

/** told says which references a fetch moved. */
async function told(repo: Repo, url: string, before: Map<string, string>, forced: (name: string) => boolean) {
  const rows: string[] = [];
  const after = repo.refs();
  const cut = (n: string) => n.replace(/^refs\/(heads|remotes|tags)\//, "");
  const there = (n: string) => (n.startsWith("refs/remotes/") ? n.split("/").slice(3).join("/") : cut(n));
  const width = Math.max(10, ...after.filter((r) => before.get(r.name) !== r.oid).map((r) => there(r.name).length));
  for (const [name] of before) if (!after.some((r) => r.name === name)) rows.push(` - [deleted]         ${"(none)".padEnd(width)} -> ${cut(name)}`);
  for (const r of after) {
    const old = before.get(r.name);
    if (old === r.oid || !/^refs\/(remotes|tags)\//.test(r.name) || r.name.endsWith("/HEAD")) continue;
    const names = `${there(r.name).padEnd(width)} -> ${cut(r.name)}`;
    if (old === undefined) rows.push(` * ${(r.name.startsWith("refs/tags/") ? "[new tag]" : "[new branch]").padEnd(17)} ${names}`);
    else {
      const forward = !forced(r.name) && (await repo.ancestors(r.oid)).has(old);
      rows.push(`${forward ? "  " : " +"} ${`${repo.short(old)}${forward ? ".." : "..."}${repo.short(r.oid)}`.padEnd(17)} ${names}${forward ? "" : "  (forced update)"}`);
    }
  }
  if (rows.length > 0) say(`From ${hidden(url).replace(/\.git\/?$/, "")}\n${rows.map((r) => `${r}\n`).join("")}`);
}

export async function clone(args: string[]): Promise<number> {
  const o = parse(
    args,
    "-q --quiet, -v --verbose, --progress, -n --no-checkout, --bare, --mirror, --depth=, -b --branch=, --single-branch, --no-single-branch, -o --origin=, --no-tags, --tags, --recurse-submodules?, --recursive?, --shallow-submodules, -l --local, --no-local, --no-hardlinks, -s --shared, --filter=, -c --config=, --template=, -j --jobs=, --sparse, --shallow-since=, --reference=, --dissociate, --separate-git-dir=, -u --upload-pack=",
  );
  const [url, folder] = o.words;
  if (url === undefined) throw new Failure("You must specify a repository to clone.\n\nusage: git clone [<options>] [--] <repo> [<dir>]", 129, "fatal: ");
  const bare = o.has("bare") || o.has("mirror");
  const name = folder ?? basename(url.replace(/\/+$/, "").replace(/\/\.git$/, "")).replace(/\.git$/, "").replace(/^.*:/, "") + (bare ? ".git" : "");
  const top = resolve(name);
  const there = fs.existsSync(top);
  if (there && fs.readdirSync(top).length > 0) fail(`destination path '${name}' already exists and is not an empty directory.`);
  const local = !/^https?:/.test(url);
  try {
    place(url);
  } catch (e) {
    if (local) fail(`repository '${url}' does not exist`);
    throw e;
  }
  if (!o.has("quiet")) say(`Cloning into ${bare ? "bare repository " : ""}'${name}'...\n`);
  const gitdir = bare ? top : `${top}/.git`;
  const remote = o.get("origin") ?? "origin";
  fs.mkdirSync(top, { recursive: true });
  let said = "";
  try {
    const repo = create(gitdir, bare);
    const where = local ? resolve(url.replace(/^file:\/\//, "")) : url;
    repo.config.set(`remote.${remote}.url`, where);
    const single = o.has("single-branch") || (o.get("depth") !== undefined && !o.has("no-single-branch")) ? (o.get("branch") ?? "") : undefined;
    for (const c of o.all("config")) repo.config.set(c.split("=")[0]!, c.slice(c.indexOf("=") + 1));
    if (!bare) repo.config.set(`remote.${remote}.fetch`, `+refs/heads/${single || "*"}:refs/remotes/${remote}/${single || "*"}`);
    else repo.config.set(`remote.${remote}.fetch`, `+refs/heads/*:refs/remotes/${remote}/*`);
    const depth = o.get("depth") === undefined ? undefined : Number(o.get("depth"));
    if (depth !== undefined && !(depth > 0)) fail(`depth ${o.get("depth")} is not a positive number`);
    const got = await take(repo, where, { remote, refs: [], depth, prune: false, tags: !o.has("no-tags") && single === undefined, single: single === undefined ? undefined : single || (await defaultBranch(where, repo)) });
    if (local && !o.has("quiet")) said = "done.\n";
    const wanted = o.get("branch");
    const branch = wanted ?? got.branch ?? repo.refs(`refs/remotes/${remote}/`).find((r) => r.oid === got.head)?.name.split("/").slice(3).join("/");
    if (bare) {
      for (const r of repo.refs(`refs/remotes/${remote}/`)) {
        const short = r.name.split("/").slice(3).join("/");
        if (short !== "HEAD") repo.place(heads + short, `${r.oid}\n`);
        repo.delete(r.name);
      }
      repo.drop(`refs/remotes`, `logs`);
      repo.config.unset(`remote.${remote}.fetch`);
      if (branch !== undefined) repo.point(heads + branch);
      say(said);
      return 0;
    }
    if (got.branch !== undefined && repo.ref(`refs/remotes/${remote}/${got.branch}`)) repo.point(`refs/remotes/${remote}/${got.branch}`, "", `refs/remotes/${remote}/HEAD`);
    const oid = branch === undefined ? undefined : repo.ref(`refs/remotes/${remote}/${branch}`);
    const tag = oid || wanted === undefined ? undefined : repo.ref(`refs/tags/${wanted}`);
    if (wanted !== undefined && !oid && !tag) {
      fail(`Remote branch ${wanted} not found in upstream ${remote}`);
    }
    if (!oid && !tag) say("warning: You appear to have cloned an empty repository.\n");
    say(said);
    if (tag) {
      const { oid: at } = await repo.objects.peel(tag);
      repo.detach(at, `clone: from ${hidden(url)}`);
      if (!o.has("quiet")) say(DETACHED(at));
    }
    if (!tag && branch !== undefined) {
      repo.point(heads + branch);
      repo.config.set(`branch.${branch}.remote`, remote);
      repo.config.set(`branch.${branch}.merge`, heads + branch);
      if (oid) repo.set("HEAD", oid, `clone: from ${hidden(url)}`);
    }
    if (!oid && !tag) return 0;
    if (!o.has("no-checkout")) {
      process.chdir(top);
      await new Worktree(repo).move(new Map(), await repo.headFiles(), true);
    }
    if (o.has("recurse-submodules") || o.has("recursive")) if (fs.existsSync(`${top}/.gitmodules`)) say("warning: submodules are not fetched here\n");
    return 0;
  } catch (e) {
    // A clone that failed leaves nothing.
    process.chdir(resolve(top, ".."));
    for (const entry of fs.readdirSync(top)) fs.rmSync(`${top}/${entry}`, { recursive: true, force: true });
    if (!there) fs.rmSync(top, { recursive: true, force: true });
    throw e;
  }
}

async function defaultBranch(url: string, repo: Repo): Promise<string> {
  const at = place(url);
  if ("dir" in at) return new Repo(at.dir, undefined).target("HEAD")?.replace(heads, "") ?? "master";
  const refs = await reached(url, (auth) => library.listServerRefs({ ...auth, http, url, headers: headers(repo), symrefs: true, protocolVersion: 1 }));
  const head = refs.find((r) => r.ref === "HEAD");
  return head?.target?.replace(heads, "") ?? refs.find((r) => r.ref.startsWith(heads) && r.oid === head?.oid)?.ref.slice(heads.length) ?? "master";
}

function remoteUrl(repo: Repo, name: string, push = false): string {
  const url = (push ? repo.setting(`remote.${name}.pushurl`) : undefined) ?? repo.setting(`remote.${name}.url`);
  if (url !== undefined) return url;
  if (/^https?:\/\//.test(name) || name.includes("/") || fs.existsSync(name)) return name;
  throw new Failure(`'${name}' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.`, 128);
}

const remotes = (repo: Repo) => [...new Set(repo.config.entries.map((e) => /^remote\.(.*)\.url$/.exec(e.key)?.[1]).filter((n) => n !== undefined))].sort();

export async function fetch(args: string[], repo: Repo): Promise<number> {
  const o = parse(args, "-a --append, --all, -p --prune, -P --prune-tags, -t --tags, -n --no-tags, --depth=, --deepen=, --unshallow, -q --quiet, -v --verbose, -f --force, --dry-run, --progress, -j --jobs=, --no-recurse-submodules, --recurse-submodules?, --multiple, --update-head-ok, -u, --set-upstream, --no-auto-gc, --no-auto-maintenance, --no-write-fetch-head, --atomic, -4 --ipv4, -6 --ipv6, --filter=, --shallow-since=");
  const words = [...o.words];
  const names = o.has("all") ? remotes(repo) : o.has("multiple") ? words.splice(0) : [words.shift() ?? repo.upstream()?.remote ?? (remotes(repo).length === 1 ? remotes(repo)[0]! : "origin")];
  for (const name of names) {
    const url = remoteUrl(repo, name === "." ? "origin" : name);
    const before = new Map(repo.refs().map((r) => [r.name, r.oid]));
    const depth = o.has("unshallow") ? 2 ** 31 - 1 : o.get("depth") === undefined ? undefined : Number(o.get("depth"));
    const specs = words.map((w) => /^(\+?)([^:]*)(?::(.*))?$/.exec(w)!);
    const got = await take(repo, url, { remote: name, refs: specs.map((s) => s[2]!.replace(/^refs\/heads\//, "")), depth, prune: o.has("prune") || repo.flag("fetch.prune") === true, tags: !o.has("no-tags") && (o.has("tags") || depth === undefined) });
    for (const [i, s] of specs.entries()) {
      const oid = got.got[i]?.oid;
      if (!s[3] || !oid) continue;
      const to = s[3].startsWith("refs/") ? s[3] : heads + s[3];
      const old = repo.ref(to);
      if (old && !s[1] && !o.has("force") && !(await repo.ancestors(oid)).has(old)) {
        say(`From ${hidden(url)}\n ! [rejected]        ${s[2]} -> ${s[3]}  (non-fast-forward)\n`);
        return 1;
      }
      if (to === repo.target("HEAD") && repo.top !== undefined && !o.has("update-head-ok")) fail(`refusing to fetch into branch '${to}' checked out at '${repo.top}'`);
      repo.set(to, oid, "fetch");
    }
    const want = repo.upstream()?.merge;
    const list = got.got.length > 0 ? got.got : [];
    repo.place("FETCH_HEAD", list.map((g) => `${g.oid}\t${specs.length > 0 || g.name === want || heads + g.name === want ? "" : "not-for-merge"}\tbranch '${g.name.replace(heads, "")}' of ${hidden(url)}\n`).join(""));
    if (repo.text("shallow")?.trim() === "") repo.drop("shallow");
    if (!o.has("quiet")) await told(repo, url, before, () => false);
  }
  return 0;
}

export async function pull(args: string[], repo: Repo): Promise<number> {
  const o = parse(args, "-r --rebase?, --no-rebase, --ff, --no-ff, --ff-only, -q --quiet, -v --verbose, --all, -p --prune, -t --tags, --no-tags, --depth=, --autostash, --no-autostash, --commit, --no-commit, -e --edit, --no-edit, --squash, --allow-unrelated-histories, -s --strategy=, -X --strategy-option=, --stat, -n --no-stat, --progress, --unshallow, --set-upstream, --recurse-submodules?, --no-recurse-submodules");
  const [remote, ref] = o.words;
  const up = repo.upstream();
  const name = remote ?? up?.remote ?? (repo.config.get("remote.origin.url") ? "origin" : undefined);
  if (name === undefined || (ref === undefined && up === undefined)) {
    if (name === undefined && repo.branch === undefined) fail("You are not currently on a branch.");
    throw new Failure(
      `There is no tracking information for the current branch.\nPlease specify which branch you want to merge with.\nSee git-pull(1) for details.\n\n    git pull <remote> <branch>\n\nIf you wish to set tracking information for this branch you can do so with:\n\n    git branch --set-upstream-to=${name ?? "<remote>"}/<branch> ${repo.branch ?? ""}\n`,
      1,
      "",
    );
  }
  const flags = ["quiet", "prune", "tags", "no-tags", "unshallow"].filter((f) => o.has(f)).map((f) => `--${f}`);
  if (o.get("depth") !== undefined) flags.push(`--depth=${o.get("depth")}`);
  const branch = (ref ?? up!.merge).replace(heads, "");
  const status = await fetch([...flags, name, branch], repo);
  if (status !== 0) return status;
  const oid = /^([0-9a-f]{40})/.exec(repo.text("FETCH_HEAD") ?? "")?.[1] ?? fail(`couldn't find remote ref ${branch}`);
  const target = await repo.commitOf(oid);
  const wish = o.get("rebase") ?? (o.has("no-rebase") ? "false" : (repo.setting(`branch.${repo.branch}.rebase`) ?? repo.setting("pull.rebase")));
  const rebasing = o.has("no-rebase") ? false : o.has("rebase") ? o.get("rebase") !== "false" : wish !== undefined && wish !== "false";
  const ff = repo.setting("pull.ff");
  if (repo.head && !rebasing && wish === undefined && ff === undefined && !o.has("ff") && !o.has("no-ff") && !o.has("ff-only") && !o.has("no-rebase") && !o.has("squash")) {
    const bases = await repo.bases(repo.head, oid);
    if (!bases.includes(repo.head) && !bases.includes(oid)) {
      say(
        'hint: You have divergent branches and need to specify how to reconcile them.\nhint: You can do so by running one of the following commands sometime before\nhint: your next pull:\nhint: \nhint:   git config pull.rebase false  # merge\nhint:   git config pull.rebase true   # rebase\nhint:   git config pull.ff only       # fast-forward only\nhint: \nhint: You can replace "git config" with "git config --global" to set a default\nhint: preference for all repositories. You can also pass --rebase, --no-rebase,\nhint: or --ff-only on the command line to override the configured default per\nhint: invocation.\n',
      );
      fail("Need to specify how to reconcile divergent branches.");
    }
  }
  if (rebasing && repo.head) return rebase([...(o.has("quiet") ? ["-q"] : []), ...(o.has("autostash") ? ["--autostash"] : []), oid], repo);
  const options: MergeOptions = { noFF: o.has("no-ff") || ff === "false", only: o.has("ff-only") || (ff === "only" && !o.has("no-ff")), squash: o.has("squash"), noCommit: o.has("no-commit"), quiet: o.has("quiet"), noStat: o.has("no-stat"), favor: favored(o), unrelated: o.has("allow-unrelated-histories"), edit: o.has("edit"), verify: !o.has("no-verify") };
  const where = hidden(remoteUrl(repo, name)).replace(/\.git\/?$/, "");
  const into = repo.branch === undefined || repo.branch === "main" || repo.branch === "master" ? "" : ` into ${repo.branch}`;
  return mergeCommit(repo, target, target.oid, options, `Merge branch '${branch}' of ${where}${into}`);
}

export async function push(args: string[], repo: Repo): Promise<number> {
  const o = parse(args, "-u --set-upstream, -f --force, --force-with-lease?, --force-if-includes, -d --delete, --tags, --all --branches, --mirror, --follow-tags, -n --dry-run, -q --quiet, -v --verbose, --porcelain, --no-verify, --verify, --atomic, --progress, --no-progress, --thin, --no-thin, -o --push-option=, --prune, --signed?, --repo=, --recurse-submodules=");
  const words = [...o.words];
  const remote = words.shift() ?? o.get("repo") ?? repo.setting(`branch.${repo.branch}.pushRemote`) ?? repo.setting("remote.pushDefault") ?? repo.upstream()?.remote ?? "origin";
  if (repo.config.get(`remote.${remote}.url`) === undefined && o.words.length === 0 && remotes(repo).length === 0) {
    fail("No configured push destination.\nEither specify the URL from the command-line or configure a remote repository using\n\n    git remote add <name> <url>\n\nand then push using the remote name\n\n    git push <name>\n");
  }
  const url = remoteUrl(repo, remote, true);
  interface Spec {
    from: string | undefined; // whole name or object; nothing: delete
    to: string;
    force: boolean;
    /** What was said instead of from. */
    said?: string;
  }
  const specs: Spec[] = [];
  const force = o.has("force") || o.has("force-with-lease") || o.has("mirror");
  if (o.has("all") || o.has("branches") || o.has("mirror")) for (const r of repo.refs(heads)) specs.push({ from: r.name, to: r.name, force });
  if (o.has("tags") || o.has("mirror")) for (const r of repo.refs("refs/tags/")) specs.push({ from: r.name, to: r.name, force });
  if (words[0] === "tag" && words[1]) words.splice(0, 2, `refs/tags/${words[1]}`);
  for (const word of words) {
    const [, plus = "", from = "", colon, to = ""] = /^(\+?)([^:]*)(:)?(.*)$/.exec(word)!;
    if (o.has("delete") || (colon && from === "")) {
      const name = colon ? to : from;
      specs.push({ from: undefined, to: name.startsWith("refs/") ? name : name, force: true });
      continue;
    }
    const full = from === "HEAD" || from === "@" ? (repo.target("HEAD") ?? "HEAD") : repo.full(from);
    if (!full && !(await repo.resolve(from))) {
      say(`error: src refspec ${from} does not match any\n`);
      throw new Failure(`failed to push some refs to '${hidden(url)}'`, 1, "error: ");
    }
    const target = to === "" ? full : to.startsWith("refs/") ? to : full?.startsWith("refs/tags/") ? `refs/tags/${to}` : heads + to;
    if (!target?.startsWith("refs/")) fail("The destination you provided is not a full refname (i.e., starting with \"refs/\").");
    if (!valid(target)) fail(`invalid refspec '${word}'`);
    specs.push({ from: full ?? (await repo.resolve(from))!, to: target, force: force || plus !== "", said: from });
  }
  if (specs.length === 0 && !o.has("tags")) {
    const branch = repo.branch ?? fail("You are not currently on a branch.\nTo push the history leading to the current (detached HEAD)\nstate now, use\n\n    git push origin HEAD:<name-of-remote-branch>\n");
    const up = repo.upstream();
    if (!repo.head) {
      say(`error: src refspec ${branch} does not match any\n`);
      throw new Failure(`failed to push some refs to '${hidden(url)}'`, 1, "error: ");
    }
    const style = repo.setting("push.default") ?? "simple";
    if (style === "simple" && !up && !o.has("set-upstream") && o.words.length === 0 && repo.flag("push.autoSetupRemote") !== true) {
      fail(`The current branch ${branch} has no upstream branch.\nTo push the current branch and set the remote as upstream, use\n\n    git push --set-upstream ${remote} ${branch}\n\nTo have this happen automatically for branches without a tracking\nupstream, see 'push.autoSetupRemote' in 'git help config'.\n`);
    }
    specs.push({ from: heads + branch, to: style === "upstream" && up ? up.merge : heads + branch, force });
  }
  const at = place(url, repo.top ?? repo.gitdir);
  const rows: string[] = [];
  let failed = "";
  let moved = false;
  const there = "dir" in at ? new Repo(at.dir, undefined) : undefined;
  const listed = there ? new Map(there.refs().map((r) => [r.name, r.oid])) : new Map((await reached(url, (auth) => library.listServerRefs({ ...auth, http, url, forPush: true, protocolVersion: 1, headers: headers(repo) }))).map((r) => [r.ref, r.oid]));
  const cut = (n: string) => n.replace(/^refs\/(heads|tags)\//, "");
  const targets = specs.map((s) => {
    const to = s.from === undefined && !s.to.startsWith("refs/") ? (listed.has(heads + s.to) ? heads + s.to : listed.has(`refs/tags/${s.to}`) ? `refs/tags/${s.to}` : heads + s.to) : s.to;
    return { s, to, old: listed.get(to), oid: s.from === undefined ? undefined : (repo.ref(s.from) ?? s.from) };
  });
  if (!o.has("no-verify") && !o.no("verify")) {
    const lines = targets.filter((t) => t.old !== t.oid).map((t) => `${t.s.from ?? "(delete)"} ${t.oid ?? ZERO} ${t.to} ${t.old ?? ZERO}\n`);
    if (!hook(repo, "pre-push", [remote, url], lines.join(""))) throw new Failure(`failed to push some refs to '${hidden(url)}'`, 1, "error: ");
  }
  for (const { s, to, old, oid } of targets) {
    const names = s.from === undefined ? cut(to) : `${cut(s.said ?? s.from)} -> ${cut(to)}`;
    const reject = (why: string, code = "[rejected]") => {
      rows.push(` ! ${code.padEnd(17)} ${names} (${why})`);
      failed = why;
    };
    if (s.from === undefined && old === undefined) {
      say(`error: unable to delete '${cut(to)}': remote ref does not exist\n`);
      throw new Failure(`failed to push some refs to '${hidden(url)}'`, 1, "error: ");
    }
    if (old === oid) {
      if (o.has("verbose")) rows.push(` = [up to date]      ${names}`);
      if (oid && to.startsWith(heads)) track(repo, remote, to, oid);
      continue;
    }
    const lease = o.get("force-with-lease");
    if (lease !== undefined && !o.has("force")) {
      const [, want] = lease.split(":");
      const known = want !== undefined ? await repo.resolve(want) : repo.ref(`refs/remotes/${remote}/${cut(to)}`);
      if ((known ?? ZERO) !== (old ?? ZERO) && old !== undefined) {
        reject("stale info");
        continue;
      }
    }
    let forward = true;
    if (old && oid) {
      if (to.startsWith("refs/tags/")) {
        forward = false;
        if (!s.force) {
          reject("already exists");
          continue;
        }
      } else {
        const known = await repo.objects.find(old);
        forward = known !== undefined && (await repo.ancestors((await repo.objects.peel(oid)).oid)).has(old);
        if (!forward && !s.force) {
          reject(known ? "non-fast-forward" : "fetch first");
          continue;
        }
      }
    }
    if (there && oid && there.top === undefined && there.target("HEAD") === to && there.config.get("core.bare") === "false" && there.config.get("receive.denyCurrentBranch") !== "ignore") {
      say(`remote: error: refusing to update checked out branch: ${to}\n`);
      reject("branch is currently checked out", "[remote rejected]");
      continue;
    }
    if (!o.has("dry-run")) {
      if (there) {
        if (oid) {
          await copy(repo, there, [oid]);
          there.set(to, oid, "push");
        } else there.delete(to);
      } else {
        const r = await reached(url, (auth) => library.push({ ...auth, fs, http, gitdir: repo.gitdir, url, remote, ref: s.from ?? "HEAD", remoteRef: to, force: s.force, delete: s.from === undefined, headers: headers(repo), onMessage: (m) => say(`remote: ${m.trimEnd()}\n`) })).catch((e) => {
          if ((e as { code?: string }).code !== "GitPushError") throw e;
          return (e as { data: { result: library.PushResult } }).data.result;
        });
        const status = r.refs[to];
        if (!r.ok || status?.ok === false) {
          reject(status?.error || r.error || "remote refused", "[remote rejected]");
          continue;
        }
      }
      if (to.startsWith(heads)) oid ? track(repo, remote, to, oid) : repo.delete(`refs/remotes/${remote}/${cut(to)}`);
    }
    moved = true;
    if (oid === undefined) rows.push(` - [deleted]         ${cut(to)}`);
    else if (old === undefined) rows.push(` * ${(to.startsWith("refs/tags/") ? "[new tag]" : "[new branch]").padEnd(17)} ${names}`);
    else rows.push(`${forward ? "  " : " +"} ${`${repo.short(old)}${forward ? ".." : "..."}${repo.short(oid)}`.padEnd(17)} ${names}${forward ? "" : " (forced update)"}`);
  }
  if (rows.length > 0 && (!o.has("quiet") || failed)) say(`To ${hidden(url)}\n${rows.map((r) => `${r}\n`).join("")}`);
  if (failed) {
    say(`error: failed to push some refs to '${hidden(url)}'\n`);
    if (failed === "fetch first") say("hint: Updates were rejected because the remote contains work that you do\nhint: not have locally. This is usually caused by another repository pushing\nhint: to the same ref. You may want to first integrate the remote changes\nhint: (e.g., 'git pull ...') before pushing again.\nhint: See the 'Note about fast-forwards' in 'git push --help' for details.\n");
    if (failed === "non-fast-forward") say("hint: Updates were rejected because the tip of your current branch is behind\nhint: its remote counterpart. Integrate the remote changes (e.g.\nhint: 'git pull ...') before pushing again.\nhint: See the 'Note about fast-forwards' in 'git push --help' for details.\n");
    return 1;
  }
  if (!moved && rows.length === 0 && !o.has("quiet")) say("Everything up-to-date\n");
  if (o.has("set-upstream") || (repo.flag("push.autoSetupRemote") && !repo.upstream())) {
    for (const s of specs) {
      if (!s.from?.startsWith(heads) || !s.to.startsWith(heads)) continue;
      repo.config.set(`branch.${cut(s.from)}.remote`, remote);
      repo.config.set(`branch.${cut(s.from)}.merge`, s.to);
      if (!o.has("quiet")) out(`branch '${cut(s.from)}' set up to track '${remote}/${cut(s.to)}'.\n`);
    }
  }
  return 0;
}

/** track notes what a branch of a remote is now. */
function track(repo: Repo, remote: string, to: string, oid: string) {
  if (repo.config.get(`remote.${remote}.fetch`) === undefined) return;
  const name = `refs/remotes/${remote}/${to.slice(heads.length)}`;
  if (repo.ref(name) !== oid) repo.set(name, oid, "update by push");
}

export async function remote(args: string[], repo: Repo): Promise<number> {
  const o = parse(args, "-v --verbose, -t=, -m=, -f, --tags, --no-tags, --mirror?, --add, --delete, --push, --all, -n, -d --delete, -a --auto, -q --query, -p --prune, --dry-run");
  const [verb, name, value] = o.words;
  const known = (n: string | undefined) => (n !== undefined && remotes(repo).includes(n) ? n : (() => { throw new Failure(`No such remote '${n}'`, 2, "error: "); })());
  switch (verb) {
    case undefined:
    case "show":
      if (name !== undefined) {
        const url = repo.setting(`remote.${known(name)}.url`)!;
        const branches = repo.refs(`refs/remotes/${name}/`).map((r) => r.name.split("/").slice(3).join("/")).filter((n) => n !== "HEAD");
        out(`* remote ${name}\n  Fetch URL: ${url}\n  Push  URL: ${repo.setting(`remote.${name}.pushurl`) ?? url}\n  HEAD branch: ${repo.target(`refs/remotes/${name}/HEAD`)?.split("/").slice(3).join("/") ?? "(unknown)"}\n`);
        if (branches.length > 0) out(`  Remote branch${branches.length === 1 ? "" : "es"}:\n${branches.map((b) => `    ${b} tracked\n`).join("")}`);
        return 0;
      }
      for (const n of remotes(repo)) {
        const url = repo.setting(`remote.${n}.url`);
        out(o.has("verbose") ? `${n}\t${url} (fetch)\n${n}\t${repo.setting(`remote.${n}.pushurl`) ?? url} (push)\n` : `${n}\n`);
      }
      return 0;
    case "add": {
      if (name === undefined || value === undefined) throw new Failure("usage: git remote add [<options>] <name> <url>", 129, "");
      if (!valid(`refs/remotes/${name}/x`)) fail(`'${name}' is not a valid remote name`);
      if (remotes(repo).includes(name)) throw new Failure(`remote ${name} already exists.`, 3, "error: ");
      repo.config.set(`remote.${name}.url`, value);
      repo.config.set(`remote.${name}.fetch`, `+refs/heads/*:refs/remotes/${name}/*`);
      return o.has("f") ? fetch([name], repo) : 0;
    }
    case "remove":
    case "rm":
      for (const r of repo.refs(`refs/remotes/${known(name)}/`)) repo.delete(r.name);
      repo.drop(`refs/remotes/${name}`, `logs/refs/remotes/${name}`);
      repo.config.drop(`remote.${name}`);
      for (const e of [...repo.config.entries]) if (/^branch\..*\.remote$/.test(e.key) && e.value === name) repo.config.drop(e.key.slice(0, -7));
      return 0;
    case "rename":
      known(name);
      if (value === undefined) throw new Failure("usage: git remote rename <old> <new>", 129, "");
      if (remotes(repo).includes(value)) throw new Failure(`remote ${value} already exists.`, 3, "error: ");
      repo.config.rename(`remote.${name}`, `remote.${value}`);
      repo.config.set(`remote.${value}.fetch`, `+refs/heads/*:refs/remotes/${value}/*`);
      for (const r of repo.refs(`refs/remotes/${name}/`)) {
        const to = `refs/remotes/${value}/${r.name.split("/").slice(3).join("/")}`;
        const target = repo.target(r.name);
        repo.delete(r.name);
        if (target) repo.point(target.replace(`refs/remotes/${name}/`, `refs/remotes/${value}/`), "", to);
        else repo.set(to, r.oid, `remote: renamed ${r.name} to ${to}`);
      }
      for (const e of [...repo.config.entries]) if (/^branch\..*\.remote$/.test(e.key) && e.value === name) repo.config.set(e.key, value);
      return 0;
    case "get-url":
      out(`${(o.has("push") ? repo.setting(`remote.${known(name)}.pushurl`) : undefined) ?? repo.setting(`remote.${known(name)}.url`)}\n`);
      return 0;
    case "set-url":
      if (value === undefined) throw new Failure("usage: git remote set-url [--push] <name> <newurl>", 129, "");
      repo.config.set(`remote.${known(name)}.${o.has("push") ? "pushurl" : "url"}`, value, o.has("add"));
      return 0;
    case "set-head": {
      const branch = o.has("auto") ? await defaultBranch(remoteUrl(repo, known(name)), repo) : value;
      if (o.has("delete")) repo.drop(`refs/remotes/${known(name)}/HEAD`);
      else if (branch !== undefined) {
        repo.point(`refs/remotes/${known(name)}/${branch}`, "", `refs/remotes/${name}/HEAD`);
        if (o.has("auto")) out(`${name}/HEAD set to ${branch}\n`);
      }
      return 0;
    }
    case "prune":
      return fetch(["-q", "--prune", known(name)], repo);
    case "update":
      return fetch(name === undefined ? ["--all"] : [name], repo);
  }
  return refuse(`unknown subcommand: \`${verb}'`);
}

export async function lsRemote(args: string[], repo?: Repo): Promise<number> {
  const o = parse(args, "-h --heads --branches, -t --tags, --refs, -q --quiet, --exit-code, --get-url, --symref, --sort=");
  const [name, ...patterns] = o.words;
  const which = name ?? repo?.upstream()?.remote ?? "origin";
  const url = repo ? remoteUrl(repo, which) : which;
  if (o.has("get-url")) {
    out(`${url}\n`);
    return 0;
  }
  const at = place(url, repo?.top ?? process.cwd());
  let refs: { ref: string; oid: string; target?: string; peeled?: string }[];
  if ("dir" in at) {
    const there = new Repo(at.dir, undefined);
    refs = there.head ? [{ ref: "HEAD", oid: there.head, target: there.target("HEAD") }] : [];
    for (const r of there.refs()) {
      const peeled = (await there.objects.peel(r.oid)).oid;
      refs.push({ ref: r.name, oid: r.oid, peeled: peeled === r.oid ? undefined : peeled });
    }
  } else refs = await reached(url, (auth) => library.listServerRefs({ ...auth, http, url, symrefs: true, peelTags: true, protocolVersion: 2, headers: headers(repo) }));
  let any = false;
  if (name === undefined && !o.has("quiet")) say(`From ${hidden(url)}\n`);
  for (const r of refs) {
    const some = o.has("branches") || o.has("tags");
    if (some && !(o.has("branches") && r.ref.startsWith(heads)) && !(o.has("tags") && r.ref.startsWith("refs/tags/"))) continue;
    if (patterns.length > 0 && !patterns.some((p) => r.ref === p || r.ref.endsWith(`/${p}`))) continue;
    if (o.has("refs") && r.ref === "HEAD") continue;
    any = true;
    if (o.has("symref") && r.target) out(`ref: ${r.target}\t${r.ref}\n`);
    out(`${r.oid}\t${r.ref}\n`);
    if (r.peeled && !o.has("refs")) out(`${r.peeled}\t${r.ref}^{}\n`);
  }
  return o.has("exit-code") && !any ? 2 : 0;
}


