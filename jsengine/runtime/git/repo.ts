import fs from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { Config, truth } from "./config.ts";
import { parseDate } from "./dates.ts";
import { fail } from "./failure.ts";
import { Index, Lock, Locked } from "./index_file.ts";
import { compile, pattern } from "./regex.ts";
import { flush, hold } from "./io.ts";
import { type Commit, Objects, type Person, ZERO, isOid, person } from "./objects.ts";

/** Settings that -c gave, by key. */
export const given: [string, string][] = [];

/** Ref is a name that stands for an object. */
export interface Ref {
  name: string;
  oid: string;
}

const exists = (file: string) => fs.existsSync(file);

/** valid says whether a name may be that of a reference. */
export function valid(name: string): boolean {
  return (
    name !== "" &&
    name !== "@" &&
    !/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\.lock(\/|$)|(^|\/)\.|^\/|\/$|\.$/.test(name)
  );
}

/** badRevision ends a command over a name that leads to no commit. */
export function badRevision(name: string): never {
  return fail(/^[0-9a-f]{40}$/.test(name) ? `bad object ${name}` : `bad revision '${name}'`);
}

/** Repo is a repository: where it is, its references, its settings. */
export class Repo {
  readonly objects: Objects;
  readonly config: Config;
  readonly global = new Config(`${process.env.HOME ?? "/"}/.gitconfig`);
  private current?: Index;

  constructor(
    readonly gitdir: string,
    /** The work tree, or nothing if the repository is bare. */
    readonly top: string | undefined,
  ) {
    this.objects = new Objects(gitdir);
    this.config = new Config(`${gitdir}/config`);
  }

  /** find looks for the repository that a folder is in. */
  static find(from: string, gitdir = process.env.GIT_DIR, top = process.env.GIT_WORK_TREE): Repo | undefined {
    if (gitdir) {
      const dir = resolve(from, gitdir);
      return exists(`${dir}/HEAD`) ? new Repo(dir, top ? resolve(from, top) : from) : undefined;
    }
    for (let dir = from; ; dir = dirname(dir)) {
      const at = `${dir}/.git`;
      if (exists(`${at}/HEAD`)) return new Repo(at, dir);
      if (exists(at) && fs.statSync(at).isFile()) {
        const named = /^gitdir: (.*)/.exec(fs.readFileSync(at, "utf8"))?.[1];
        if (!named) return fail(`invalid gitfile format: ${at}`);
        const real = resolve(dir, named);
        if (!exists(`${real}/HEAD`)) fail(`not a git repository: ${isAbsolute(named) ? named : `${dir}/${named}`}`);
        return new Repo(real, dir);
      }
      if (exists(`${dir}/HEAD`) && exists(`${dir}/objects`) && exists(`${dir}/refs`)) return new Repo(dir, undefined);
      if (dir === dirname(dir)) return undefined;
    }
  }

  /** The work tree, which a command cannot do without. */
  get work(): string {
    return this.top ?? fail("this operation must be run in a work tree");
  }

  get index(): Index {
    return (this.current ??= new Index(this.indexFile));
  }

  /** The file of the index, which somebody may have said is another. */
  private get indexFile(): string {
    const own = process.env.GIT_INDEX_FILE;
    return own ? resolve(this.top ?? process.cwd(), own) : `${this.gitdir}/index`;
  }

  /** reread has the index read again, here or from another file: a program of the repository's may have changed it. */
  reread(file?: string) {
    this.current = file === undefined ? undefined : new Index(file);
  }

  private lock?: Lock;

  /**
   * change runs what changes the index. It is locked before it is read, so that no
   * other process changes it meanwhile, and written when all is done. It stays as it
   * was if what runs fails, or says so by releasing the lock.
   */
  async change<T>(run: (lock: Lock) => T | Promise<T>): Promise<T> {
    if (this.lock) return run(this.lock); // it is written by who locked it
    const lock = new Lock(this.indexFile);
    this.lock = lock;
    hold();
    this.current = undefined;
    try {
      const result = await run(lock);
      if (lock.held) {
        this.index.write(lock.file);
        lock.commit();
      }
      return result;
    } finally {
      this.lock = undefined;
      lock.release();
      flush();
    }
  }

  /** keep writes what was only learned of the files, if nobody else changes the index or has changed it. */
  keep() {
    if (this.lock || fs.existsSync(`${this.indexFile}.lock`)) return;
    let lock: Lock;
    try {
      lock = new Lock(this.indexFile);
    } catch {
      return; // it is learned again
    }
    try {
      if (new Index(this.indexFile).sum !== this.index.sum) return;
      this.index.write(lock.file);
      lock.commit();
    } finally {
      lock.release();
    }
  }

  /** shownDir is the repository's folder as its programs are told of it, which run at the top. */
  get shownDir(): string {
    return this.top && this.gitdir === `${this.top}/.git` ? ".git" : this.gitdir;
  }

  /** local gives the path from the top of what is named from the working folder. */
  local(name: string): string {
    const whole = resolve(name);
    const path = relative(this.work, whole);
    if (path === ".." || path.startsWith("../")) fail(`${name}: '${name}' is outside repository at '${this.work}'`);
    return path;
  }

  /** shown names a path as seen from the working folder. */
  shown(path: string): string {
    const folder = path.endsWith("/");
    const out = relative(process.cwd(), `${this.top ?? process.cwd()}/${path}`) || ".";
    return folder ? `${out}/` : out;
  }

  setting(key: string): string | undefined {
    const own = given.findLast(([k]) => k.toLowerCase() === key.toLowerCase());
    return own ? own[1] : (this.config.get(key) ?? this.global.get(key));
  }

  flag(key: string): boolean | undefined {
    const value = this.setting(key);
    return value === undefined ? undefined : truth(value);
  }

  // References.

  private raw(name: string): string | undefined {
    if (!valid(name)) return undefined;
    try {
      const text = fs.readFileSync(`${this.gitdir}/${name}`, "utf8").trim();
      return name === "FETCH_HEAD" ? text.slice(0, 40) : text;
    } catch {
      return this.packed().get(name);
    }
  }

  private packed(): Map<string, string> {
    const file = `${this.gitdir}/packed-refs`;
    const s = fs.statSync(file, { throwIfNoEntry: false });
    const state = s ? `${s.ino} ${s.mtimeMs} ${s.size}` : "";
    if (this.known?.state === state) return this.known.refs;
    const refs = new Map<string, string>();
    for (const line of s ? fs.readFileSync(file, "utf8").split("\n") : []) {
      const found = /^([0-9a-f]{40}) (\S+)$/.exec(line);
      if (found && valid(found[2]!)) refs.set(found[2]!, found[1]!);
    }
    this.known = { state, refs };
    return refs;
  }

  /** What packed-refs said when it was as state says. */
  private known?: { state: string; refs: Map<string, string> };

  /** target gives the reference that a symbolic one stands for, or nothing. */
  target(name: string): string | undefined {
    return /^ref: (.*)/.exec(this.raw(name) ?? "")?.[1];
  }

  /** ref resolves a whole name ("HEAD", "refs/heads/main") to an object. */
  ref(name: string): string | undefined {
    for (let depth = 0; depth < 5; depth++) {
      const value = this.raw(name);
      if (value === undefined) return undefined;
      if (!value.startsWith("ref: ")) return isOid(value) ? value : undefined;
      name = value.slice(5);
    }
    return undefined;
  }

  /** refs lists what is below a prefix, by name. */
  refs(prefix = "refs/"): Ref[] {
    const names = new Set([...this.packed().keys()].filter((n) => n.startsWith(prefix)));
    const walk = (dir: string) => {
      if (!exists(`${this.gitdir}/${dir}`)) return;
      for (const e of fs.readdirSync(`${this.gitdir}/${dir}`, { withFileTypes: true })) {
        if (e.isDirectory()) walk(`${dir}/${e.name}`);
        else if (`${dir}/${e.name}`.startsWith(prefix) && !e.name.endsWith(".lock")) names.add(`${dir}/${e.name}`);
      }
    };
    walk("refs");
    const out: Ref[] = [];
    for (const name of [...names].sort()) {
      const oid = this.ref(name);
      if (oid) out.push({ name, oid });
    }
    return out;
  }

  /** full gives the whole name of what a short one stands for, or nothing. */
  full(name: string): string | undefined {
    if (name === "@") name = "HEAD";
    const names = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"].map((p) => p + name);
    names.push(`refs/remotes/${name}/HEAD`);
    return names.find((n) => (n.startsWith("refs/") || /^[A-Z_]+$/.test(n)) && this.ref(n) !== undefined);
  }

  /** set makes a reference stand for an object, if it stands for the expected one until then. HEAD moves the branch that it names. */
  set(name: string, oid: string, why = "", expected?: string) {
    const branch = name === "HEAD" ? this.target("HEAD") : undefined;
    const to = branch ?? name;
    const old = this.ref(to) ?? ZERO;
    if (!valid(to)) fail(`'${to}' is not a valid ref name`);
    this.place(to, `${oid}\n`, name, () => {
      const now = this.ref(to);
      if (expected === undefined || now === expected || (now === undefined && expected === ZERO)) return;
      fail(`cannot lock ref '${name}': ${expected === ZERO ? "reference already exists" : `is at ${now ?? ZERO} but expected ${expected}`}`);
    });
    if (/^refs\/(heads|remotes|stash)|^HEAD$/.test(to)) this.record(to, old, oid, why);
    if (to !== "HEAD" && this.target("HEAD") === to) this.record("HEAD", old, oid, why);
  }

  /** detach makes HEAD name a commit and no branch; point makes it name a branch. */
  detach(oid: string, why: string) {
    const old = this.ref("HEAD") ?? ZERO;
    this.place("HEAD", `${oid}\n`);
    this.record("HEAD", old, oid, why);
  }

  point(branch: string, why = "", name = "HEAD") {
    const old = this.ref(name) ?? ZERO;
    this.place(name, `ref: ${branch}\n`);
    const oid = this.ref(name);
    if (why && oid) this.record(name, old, oid, why);
  }

  /**
   * place writes a file of the repository, whole or not at all. Of a reference, which
   * the user may call by another name, only one process does at a time, and checks
   * first what it was.
   */
  place(name: string, text: string, called = name, check = () => {}) {
    const file = `${this.gitdir}/${name}`;
    const alone = /^(HEAD$|refs\/)/.test(name);
    let made = !alone;
    try {
      fs.mkdirSync(dirname(file), { recursive: true });
      fs.writeFileSync(`${file}.lock`, text, { flag: alone ? "wx" : "w" });
      made = true;
      check();
      fs.renameSync(`${file}.lock`, file);
    } catch (e) {
      if (made) fs.rmSync(`${file}.lock`, { force: true });
      const { code } = e as NodeJS.ErrnoException;
      if (code !== "ENOTDIR" && code !== "EEXIST" && code !== "EISDIR") throw e;
      if (!made && exists(`${file}.lock`)) fail(`cannot lock ref '${called}': ${new Locked(`${file}.lock`).message}`);
      const taken = this.refs(`${name}/`)[0]?.name ?? dirname(name);
      fail(`cannot lock ref '${name}': '${taken}' exists; cannot create '${name}'`);
    }
  }

  /** text reads such a file, or nothing. */
  text(name: string): string | undefined {
    try {
      return fs.readFileSync(`${this.gitdir}/${name}`, "utf8");
    } catch {
      return undefined;
    }
  }

  drop(...names: string[]) {
    for (const name of names) fs.rmSync(`${this.gitdir}/${name}`, { force: true, recursive: true });
  }

  delete(name: string) {
    if (!valid(name)) fail(`'${name}' is not a valid ref name`);
    // One that others are below is none itself.
    for (const file of [name, `logs/${name}`].map((n) => `${this.gitdir}/${n}`)) if (!fs.statSync(file, { throwIfNoEntry: false })?.isDirectory()) fs.rmSync(file, { force: true });
    const packed = this.text("packed-refs");
    if (packed?.includes(` ${name}\n`)) {
      const lines = packed.split("\n");
      const at = lines.findIndex((l) => l.endsWith(` ${name}`));
      lines.splice(at, lines[at + 1]?.startsWith("^") ? 2 : 1);
      this.place("packed-refs", lines.join("\n"));
    }
    // Folders left empty would be in the way of a branch of their name.
    for (let dir = dirname(name); dir.split("/").length > 2; dir = dirname(dir)) {
      try {
        fs.rmdirSync(`${this.gitdir}/${dir}`);
      } catch {
        break;
      }
    }
  }

  private record(name: string, from: string, to: string, why: string) {
    const file = `${this.gitdir}/logs/${name}`;
    fs.mkdirSync(dirname(file), { recursive: true });
    fs.appendFileSync(file, `${from} ${to} ${person(this.who("COMMITTER", true))}\t${why.replace(/\s*\n[^]*/, "")}\n`);
  }

  /** log lists what a reference stood for, the newest first. */
  log(name: string): { from: string; to: string; who: string; why: string }[] {
    const lines = (this.text(`logs/${name}`) ?? "").split("\n").filter(Boolean);
    return lines.reverse().map((line) => {
      const [head = "", why = ""] = line.split("\t");
      return { from: head.slice(0, 40), to: head.slice(41, 81), who: head.slice(82), why };
    });
  }

  /** branch is the name of the branch that HEAD stands for, or nothing if it stands for a commit. */
  get branch(): string | undefined {
    return this.target("HEAD")?.replace(/^refs\/heads\//, "");
  }

  get head(): string | undefined {
    return this.ref("HEAD");
  }

  async headTree(): Promise<string | undefined> {
    return this.head && (await this.objects.commit(this.head)).tree;
  }

  async headFiles(): Promise<Map<string, { mode: number; oid: string }>> {
    const tree = await this.headTree();
    return tree ? this.objects.files(tree) : new Map();
  }

  /** upstream is the reference that a branch follows, or nothing. */
  upstream(branch = this.branch): { remote: string; merge: string; ref: string } | undefined {
    if (branch === undefined) return undefined;
    const remote = this.setting(`branch.${branch}.remote`);
    const merge = this.setting(`branch.${branch}.merge`);
    if (!remote || !merge) return undefined;
    return { remote, merge, ref: remote === "." ? merge : merge.replace(/^refs\/heads\//, `refs/remotes/${remote}/`) };
  }

  // People.

  /** who is the author or committer of what is made now. */
  who(role: "AUTHOR" | "COMMITTER", lenient = false): Person {
    const own = (what: string) => process.env[`GIT_${role}_${what}`];
    let name = own("NAME") ?? this.setting("user.name");
    let email = own("EMAIL") ?? this.setting("user.email") ?? process.env.EMAIL;
    if (lenient) {
      name ??= "user";
      email ??= "user@localhost";
    }
    if (!name || !email) {
      process.stderr.write(
        `${role === "AUTHOR" ? "Author" : "Committer"} identity unknown\n\n*** Please tell me who you are.\n\nRun\n\n  git config --global user.email "you@example.com"\n  git config --global user.name "Your Name"\n\nto set your account's default identity.\nOmit --global to set the identity only in this repository.\n\n`,
      );
      fail(email ? "empty ident name (for <" + email + ">) not allowed" : "unable to auto-detect email address (got 'user@localhost.(none)')");
    }
    return { name, email, ...parseDate(own("DATE")) };
  }

  // Revisions.

  /** short abbreviates the name of an object to what no other has. */
  short(oid: string, length = Number(this.setting("core.abbrev")) || 7): string {
    let names: string[] = [];
    try {
      names = fs.readdirSync(`${this.gitdir}/objects/${oid.slice(0, 2)}`);
    } catch {
      // None is loose.
    }
    const rest = oid.slice(2);
    for (const name of names) {
      if (name === rest) continue;
      while (length < 40 && name.slice(0, length - 2) === rest.slice(0, length - 2)) length++;
    }
    return oid.slice(0, length);
  }

  /** resolve finds the object that a revision names, or nothing. */
  async resolve(text: string): Promise<string | undefined> {
    if (text.startsWith(":/")) return this.saying(text.slice(2), this.refs().map((r) => r.oid).concat(this.head ?? []));
    const colon = text.search(/:(?![^{]*})/);
    if (colon === 0) {
      const found = /^:(?:([0-3]):)?(.*)/.exec(text)!;
      return this.index.get(this.at(found[2]!), Number(found[1] ?? 0))?.oid;
    }
    if (colon > 0) {
      const oid = await this.resolve(text.slice(0, colon));
      if (!oid) return undefined;
      const tree = await this.objects.treeOf(oid);
      return (await this.objects.entry(tree, this.at(text.slice(colon + 1))))?.oid;
    }
    const found = /^(.*?)((?:\^\{[^}]*\}|\^\d*|~\d*)*)$/.exec(text)!;
    let oid = await this.base(found[1]!);
    for (const [, step] of found[2]!.matchAll(/(\^\{[^}]*\}|\^\d*|~\d*)/g)) {
      if (!oid) return undefined;
      if (step!.startsWith("^{")) {
        const kind = step!.slice(2, -1);
        if (kind.startsWith("/")) oid = await this.saying(kind.slice(1), [oid]);
        else if (kind === "tree") oid = await this.objects.treeOf(oid);
        else if (kind === "" || kind === "commit") {
          const peeled = await this.objects.peel(oid);
          oid = kind === "commit" && peeled.kind !== "commit" ? undefined : peeled.oid;
        } else if ((await this.objects.read(oid)).kind !== kind && kind !== "object") oid = undefined;
        continue;
      }
      const n = step!.length > 1 ? Number(step!.slice(1)) : 1;
      oid = (await this.objects.peel(oid)).oid;
      if (step![0] === "^") {
        if (n > 0) oid = (await this.objects.commit(oid)).parents[n - 1];
        continue;
      }
      for (let i = 0; i < n && oid; i++) oid = (await this.objects.commit(oid)).parents[0];
    }
    return oid;
  }

  /** saying finds the youngest commit, of some and all before them, whose message has what is looked for. */
  private async saying(text: string, from: string[]): Promise<string | undefined> {
    const re = compile(pattern(text, "basic"), "m", text);
    const heads: string[] = [];
    for (const oid of from) {
      const peeled = await this.objects.peel(oid);
      if (peeled.kind === "commit") heads.push(peeled.oid);
    }
    let best: Commit | undefined;
    for (const oid of await this.ancestors(...heads)) {
      const c = await this.objects.commit(oid);
      if ((!best || c.committer.time > best.committer.time) && re.test(c.message)) best = c;
    }
    return best?.oid;
  }

  /** at reads a path behind a colon: from the top, or with ./ from the working folder. */
  private at(path: string) {
    return /^\.\.?(\/|$)/.test(path) ? this.local(path) : path;
  }

  private async base(name: string): Promise<string | undefined> {
    const back = /^(.*)@\{(.*)\}$/.exec(name);
    if (back) return this.earlier(back[1]!, back[2]!);
    const full = this.full(name);
    if (full) return this.ref(full);
    if (isOid(name)) return name;
    const described = /-g([0-9a-f]{4,40})$/.exec(name)?.[1];
    if (!/^[0-9a-f]{4,39}$/.test(name) && !described) return undefined;
    return this.expand(described ?? name);
  }

  private async earlier(name: string, at: string): Promise<string | undefined> {
    if (/^-\d+$/.test(at) && name === "") {
      const left = this.left(-Number(at));
      return left && this.resolve(left);
    }
    if (/^(u|upstream|push)$/.test(at)) {
      const up = this.upstream(name === "" || name === "HEAD" ? undefined : name);
      return up && this.ref(up.ref);
    }
    const full = name === "" ? (this.target("HEAD") ?? "HEAD") : this.full(name);
    const log = full === undefined ? [] : this.log(full);
    if (/^\d+$/.test(at)) return at === "0" && full ? this.ref(full) : (log[Number(at)]?.to ?? log[Number(at) - 1]?.from);
    const { time } = parseDate(at);
    return (log.find((l) => Number(/> (\d+)/.exec(l.who)?.[1]) <= time) ?? log.at(-1))?.to;
  }

  /** left is the branch or commit that was left so many checkouts ago. */
  left(n: number): string | undefined {
    const moves = this.log("HEAD").filter((l) => l.why.startsWith("checkout: moving from "));
    return /^checkout: moving from (\S+) to /.exec(moves[n - 1]?.why ?? "")?.[1];
  }

  /** expand finds the only object whose name begins so. */
  private async expand(prefix: string): Promise<string | undefined> {
    const found = new Set<string>();
    const dir = `${this.gitdir}/objects/${prefix.slice(0, 2)}`;
    if (exists(dir)) for (const name of fs.readdirSync(dir)) if (name.startsWith(prefix.slice(2))) found.add(prefix.slice(0, 2) + name);
    for (const oid of this.objects.packs.names()) if (oid.startsWith(prefix)) found.add(oid);
    if (found.size > 1) {
      // A commit is what is mostly meant.
      const commits = [];
      for (const oid of found) if ((await this.objects.read(oid)).kind === "commit") commits.push(oid);
      if (commits.length === 1) return commits[0];
      process.stderr.write(`error: short object ID ${prefix} is ambiguous\n`);
      return undefined;
    }
    return [...found][0];
  }

  /** missing ends the command over a path that a revision or the index does not have. */
  async missing(text: string): Promise<void> {
    const [, rev = "", path = ""] = /^([^:]*):(.*)$/.exec(text) ?? [];
    if (path === "" || path.startsWith("/")) return;
    const there = this.top !== undefined && exists(`${this.top}/${this.at(path)}`);
    if (rev === "") fail(there ? `path '${path}' exists on disk, but not in the index` : `path '${path}' does not exist (neither on disk nor in the index)`);
    if ((await this.resolve(rev)) === undefined) fail(`invalid object name '${rev}'.`);
    fail(there ? `path '${path}' exists on disk, but not in '${rev}'` : `path '${path}' does not exist in '${rev}'`);
  }

  /** need is resolve, of what must be there. */
  async need(text: string): Promise<string> {
    const oid = await this.resolve(text);
    if (oid === undefined) await this.missing(text);
    return (
      oid ??
      fail(`ambiguous argument '${text}': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`)
    );
  }

  /** commitOf finds the commit that a revision names, which must be there. */
  async commitOf(text: string): Promise<Commit> {
    const oid = await this.resolve(text);
    const peeled = oid && (await this.objects.find(oid)) && (await this.objects.peel(oid));
    if (!peeled || peeled.kind !== "commit") badRevision(text);
    return this.objects.commit(peeled.oid);
  }

  /** ancestors lists a commit and all before it. */
  async ancestors(...from: string[]): Promise<Set<string>> {
    const seen = new Set<string>();
    const left = [...from];
    for (let oid = left.pop(); oid !== undefined; oid = left.pop()) {
      if (seen.has(oid)) continue;
      seen.add(oid);
      left.push(...(await this.parents(oid)));
    }
    return seen;
  }

  private shallow?: Set<string>;

  /** parents gives those of a commit; a clone may end there. */
  async parents(oid: string): Promise<string[]> {
    this.shallow ??= new Set((this.text("shallow") ?? "").split("\n"));
    return this.shallow.has(oid) ? [] : (await this.objects.commit(oid)).parents;
  }

  /** bases finds the best common ancestors of two commits. */
  async bases(a: string, b: string): Promise<string[]> {
    const mine = await this.ancestors(a);
    const common = [...(await this.ancestors(b))].filter((oid) => mine.has(oid));
    if (common.length < 2) return common;
    const below = new Set<string>();
    for (const oid of common) for (const p of await this.parents(oid)) below.add(p);
    // What is a parent of a common one is common, and no best one.
    return common.filter((oid) => !below.has(oid));
  }

  /** distance counts the commits that only one of two has. */
  async distance(ours: string, theirs: string): Promise<{ ahead: number; behind: number }> {
    const a = await this.ancestors(ours);
    const b = await this.ancestors(theirs);
    return { ahead: [...a].filter((o) => !b.has(o)).length, behind: [...b].filter((o) => !a.has(o)).length };
  }
}
