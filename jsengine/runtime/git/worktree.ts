import fs from "node:fs";
import { dirname } from "node:path";
import { Failure } from "./failure.ts";
import { Ignores } from "./ignore.ts";
import { type IndexEntry, checked } from "./index_file.ts";
import { EXECUTABLE, FILE, LINK, MODULE, hash } from "./objects.ts";
import type { Repo } from "./repo.ts";

/** What a path is: its mode and content, or nothing if it is not there. */
export type What = { mode: number; oid: string } | undefined;

/**
 * Blocked is what stands in the way of a move, by path: what is changed here, what is
 * not tracked and would be overwritten, or removed, and folders with such files. The
 * move did nothing then.
 */
export interface Blocked {
  changed: string[];
  untracked: string[];
  removed: string[];
  folders: string[];
}

export const isBlocked = (b: Blocked) => why(b) !== undefined;

/** why says in a line what is in the way first, or gives nothing. */
export function why(b: Blocked): string | undefined {
  const told = (path: string | undefined, text: (path: string) => string) => (path === undefined ? undefined : text(path));
  return (
    told(b.changed[0], (p) => `Entry '${p}' not uptodate. Cannot merge.`) ??
    told(b.folders[0], (p) => `Updating '${p}' would lose untracked files in it`) ??
    told(b.untracked[0], (p) => `Untracked working tree file '${p}' would be overwritten by merge.`) ??
    told(b.removed[0], (p) => `Untracked working tree file '${p}' would be removed by merge.`)
  );
}

/** overwritten ends a command that would lose what is only here. */
export function overwritten(blocked: Partial<Blocked>, verb: string): never {
  const list = (paths: string[] = [], head: string, tail: string) => (paths.length > 0 ? `error: ${head}:\n${paths.map((p) => `\t${p}\n`).join("")}${tail}\n` : "");
  const before = `before you ${verb === "checkout" ? "switch branches" : verb}.`;
  const text =
    list(blocked.changed, `Your local changes to the following files would be overwritten by ${verb}`, `Please commit your changes or stash them ${before}`) +
    list(blocked.folders, "Updating the following directories would lose untracked files in them", "") +
    list(blocked.untracked, `The following untracked working tree files would be overwritten by ${verb}`, `Please move or remove them ${before}`) +
    list(blocked.removed, `The following untracked working tree files would be removed by ${verb}`, `Please move or remove them ${before}`);
  throw new Failure(`${text}Aborting`, 1, "");
}

export const same = (a: What, b: What) => a?.mode === b?.mode && a?.oid === b?.oid;

/** stat looks at a path without following a link, or gives nothing. */
export function stat(file: string): fs.Stats | undefined {
  return fs.lstatSync(file, { throwIfNoEntry: false });
}

/** modeOf is the mode that a file has in a tree. */
export function modeOf(s: fs.Stats | undefined): number {
  return s?.isSymbolicLink() ? LINK : (s?.mode ?? 0) & 0o100 ? EXECUTABLE : FILE;
}

/** content reads a file, or where a link leads. */
export function content(file: string, s = stat(file)): Buffer {
  return s?.isSymbolicLink() ? Buffer.from(fs.readlinkSync(file)) : fs.readFileSync(file);
}

/** Worktree is the files of a repository, beside its index. */
export class Worktree {
  readonly ignores: Ignores;

  constructor(readonly repo: Repo) {
    this.ignores = new Ignores(repo.work, repo.gitdir, (repo.setting("core.excludesFile") ?? `${process.env.XDG_CONFIG_HOME || "~/.config"}/git/ignore`).replace(/^~(?=\/)/, process.env.HOME ?? ""));
  }

  file(path: string) {
    return `${this.repo.work}/${path}`;
  }

  /** state tells what lies at a path; of what the index knows as it is, nothing is read. */
  state(path: string, known?: IndexEntry): What {
    const seen = this.seen.get(path);
    if (seen && seen.known === known) return seen.what;
    const what = this.look(path, known);
    this.seen.set(path, { known, what });
    return what;
  }

  /** What state told, until something here is written. */
  private readonly seen = new Map<string, { known: IndexEntry | undefined; what: What }>();

  private forget() {
    this.folders.clear();
    this.seen.clear();
  }

  private look(path: string, known?: IndexEntry): What {
    const s = this.reach(path);
    if (!s) return undefined;
    if (s.isDirectory()) return known?.mode === MODULE ? known : undefined;
    const mode = modeOf(s);
    const mtime = Math.floor(s.mtimeMs);
    if (known && known.mtime === mtime && known.size === s.size && known.mode === mode && mtime < Math.floor(this.repo.index.written)) return known;
    return { mode, oid: hash("blob", content(this.file(path), s)) };
  }

  /** reach is the state of a path, if no folder on the way there is a link. */
  private reach(path: string): fs.Stats | undefined {
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
      if (!this.folder(path.slice(0, at))) return undefined;
    }
    return stat(this.file(path));
  }

  /** beyondLink says whether a path leads through a link. */
  beyondLink(path: string): boolean {
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) if (stat(this.file(path.slice(0, at)))?.isSymbolicLink()) return true;
    return false;
  }

  private readonly folders = new Map<string, boolean>();

  private folder(path: string): boolean {
    let is = this.folders.get(path);
    if (is === undefined) this.folders.set(path, (is = stat(this.file(path))?.isDirectory() ?? false));
    return is;
  }

  /** stage takes what lies at a path into the index. */
  stage(path: string) {
    this.seen.delete(path);
    const s = stat(this.file(path));
    if (!s) {
      this.repo.index.remove(path);
      return;
    }
    const oid = this.repo.objects.write("blob", content(this.file(path), s));
    // A folder in the place of a file ends that.
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) this.repo.index.remove(path.slice(0, at));
    this.repo.index.add(path, modeOf(s), oid, s);
  }

  /** put writes what a tree has to a path, and takes it into the index. */
  async put(path: string, what: { mode: number; oid: string }) {
    const file = this.file(checked(path));
    if (what.mode === MODULE) {
      if (!this.reach(path)?.isDirectory()) {
        this.clear(path); // no link on the way is followed
        fs.mkdirSync(file);
      }
      this.repo.index.add(path, what.mode, what.oid);
      return;
    }
    this.lay(path, what.mode, await this.repo.objects.blob(what.oid));
    this.repo.index.add(path, what.mode, what.oid, stat(file));
  }

  /** lay writes a file or a link to a path, and follows none. */
  lay(path: string, mode: number, data: Buffer) {
    this.clear(path);
    const file = this.file(path);
    if (mode === LINK) return fs.symlinkSync(data.toString(), file);
    fs.writeFileSync(file, data, { flag: "wx" });
    if (mode === EXECUTABLE) fs.chmodSync(file, 0o755);
  }

  /** clear makes room for a file at a path: links on the way there are no folders. */
  private clear(path: string) {
    const parts = checked(path).split("/");
    for (let i = 1; i < parts.length; i++) {
      const folder = this.file(parts.slice(0, i).join("/"));
      const s = stat(folder);
      if (s && !s.isDirectory()) fs.unlinkSync(folder);
      if (!s?.isDirectory()) fs.mkdirSync(folder);
    }
    this.forget();
    const s = stat(this.file(path));
    if (s) fs.rmSync(this.file(path), { recursive: true });
  }

  /** obstacle is what stands at a path, or as no folder on the way to it. */
  private obstacle(path: string): { path: string; folder: boolean } | undefined {
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
      const folder = path.slice(0, at);
      const s = stat(this.file(folder));
      if (!s) return undefined;
      if (!s.isDirectory()) return { path: folder, folder: false };
    }
    const s = stat(this.file(path));
    return s && { path, folder: s.isDirectory() };
  }

  /** holds says whether a folder has files that are neither tracked nor left out. */
  private holds(folder: string): boolean {
    return fs.readdirSync(this.file(folder), { withFileTypes: true }).some((e) => {
      const path = `${folder}/${e.name}`;
      if (e.name === ".git") return true;
      if (e.isDirectory()) return !this.ignores.has(`${path}/`) && this.holds(path);
      return !this.repo.index.has(path) && !this.ignores.has(path);
    });
  }

  /** remove takes a file away, and the folders that are empty then. What a folder in its place has stays. */
  remove(path: string) {
    const s = this.reach(checked(path));
    if (s && !s.isDirectory()) fs.unlinkSync(this.file(path));
    else if (s) this.tryEmpty(path);
    for (let dir = dirname(path); dir !== "."; dir = dirname(dir)) {
      if (this.file(dir) === process.cwd() || !this.tryEmpty(dir)) break;
    }
    this.forget();
  }

  /** tryEmpty takes a folder away if it is empty. */
  private tryEmpty(folder: string): boolean {
    try {
      fs.rmdirSync(this.file(folder));
      return true;
    } catch {
      return false;
    }
  }

  /** A path counts as tracked if the index has it, or something below it. */
  private tracked(): { files: Set<string>; folders: Set<string> } {
    const files = new Set(this.repo.index.paths());
    const folders = new Set<string>();
    for (const path of files) {
      for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
        const folder = path.slice(0, at + 1);
        if (folders.has(folder)) break;
        folders.add(folder);
      }
    }
    return { files, folders };
  }

  /**
   * unknown lists what the index does not know: paths, and of folders of which it
   * knows nothing only their name with a slash, unless all is asked for.
   */
  unknown(all = false): { untracked: string[]; ignored: string[] } {
    const { files, folders } = this.tracked();
    const out = { untracked: [] as string[], ignored: [] as string[] };
    const read = (folder: string) => fs.readdirSync(this.file(folder), { withFileTypes: true }).filter((e) => e.name !== ".git");
    // One that is all new counts if it has a file that is not left out.
    const counts = (folder: string, ignored: string[]): boolean => {
      if (fs.existsSync(`${this.file(folder)}.git`)) return true;
      let any = false;
      for (const e of read(folder)) {
        const path = folder + e.name + (e.isDirectory() ? "/" : "");
        if (this.ignores.has(path)) ignored.push(path);
        else if (!e.isDirectory() || counts(path, ignored)) any = true;
      }
      return any;
    };
    const walk = (folder: string) => {
      for (const e of read(folder).sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const path = folder + e.name;
        if (!e.isDirectory()) {
          if (!files.has(path)) (this.ignores.has(path) ? out.ignored : out.untracked).push(path);
        } else if (files.has(path) && (!all || this.repo.index.get(path)?.mode === MODULE)) {
          continue; // a module, or a folder in the place of a file
        } else if (folders.has(`${path}/`)) walk(`${path}/`);
        else if (this.ignores.has(`${path}/`)) out.ignored.push(`${path}/`);
        else if (fs.existsSync(`${this.file(path)}/.git`)) out.untracked.push(`${path}/`);
        else if (all) walk(`${path}/`);
        else {
          const ignored: string[] = [];
          if (counts(`${path}/`, ignored)) {
            out.untracked.push(`${path}/`);
            out.ignored.push(...ignored.sort());
          } else if (ignored.length > 0) out.ignored.push(`${path}/`);
        }
      }
    };
    walk("");
    return out;
  }

  /**
   * litter lists what the index does not know and clean takes away: files that are
   * left out if ignored says so, others if untracked does, and folders if they do.
   */
  litter(untracked: boolean, ignored: boolean, folders: boolean): string[] {
    const known = this.tracked();
    const out: string[] = [];
    const walk = (folder: string, list: string[]): boolean => {
      let all = true;
      for (const e of fs.readdirSync(this.file(folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
        if (folder === "" && e.name === ".git") continue;
        const path = folder + e.name;
        if (e.isDirectory() && known.folders.has(`${path}/`)) {
          walk(`${path}/`, list);
          all = false;
        } else if (known.files.has(path)) all = false;
        else if (this.ignores.has(e.isDirectory() ? `${path}/` : path)) {
          if (ignored && (folders || !e.isDirectory())) list.push(e.isDirectory() ? `${path}/` : path);
          else all = false;
        } else if (!e.isDirectory()) {
          if (untracked) list.push(path);
          else all = false;
        } else if (fs.existsSync(`${this.file(path)}/.git`)) {
          if (folders) list.push(`${path}/`);
          all = false;
        } else {
          const below: string[] = [];
          if (folders && walk(`${path}/`, below) && untracked) list.push(`${path}/`);
          else {
            list.push(...below);
            all = false;
          }
        }
      }
      return all;
    };
    walk("", out);
    return out;
  }

  /** refresh notes in the index what it knows of files that are as it says. */
  refresh() {
    let changed = false;
    for (const e of this.repo.index.list()) {
      const now = e.stage === 0 && !e.later ? this.state(e.path, e) : undefined;
      if (now === e || !same(now, e)) continue;
      this.repo.index.add(e.path, e.mode, e.oid, stat(this.file(e.path)));
      changed = true;
    }
    if (changed) {
      this.repo.keep();
      this.forget();
    }
  }

  /**
   * back gives up what is staged, and what is in conflict, for what another tree
   * has; what is changed here and not staged stays.
   */
  back(to: Map<string, What>): Promise<Blocked> {
    return this.repo.change(async () => {
      const index = this.repo.index;
      for (const path of index.conflicts()) {
        const want = to.get(path);
        if (want) await this.put(path, want);
        else {
          this.remove(path);
          index.remove(path);
        }
      }
      const from = new Map(index.list().map((e) => [e.path, e]));
      return this.move(from, to);
    });
  }

  /** moved is move, which ends the command if something is in the way. */
  async moved(from: Map<string, What>, to: Map<string, What>, verb: string) {
    const blocked = await this.move(from, to);
    if (isBlocked(blocked)) overwritten(blocked, verb);
  }

  /**
   * move makes the files and the index say what another tree does. What is changed
   * here and differs there is in the way: it is listed and nothing happens, unless
   * by force.
   */
  move(from: Map<string, What>, to: Map<string, What>, force = false): Promise<Blocked> {
    return this.repo.change(() => this.moving(from, to, force));
  }

  private async moving(from: Map<string, What>, to: Map<string, What>, force: boolean): Promise<Blocked> {
    const blocked: Blocked = { changed: [], untracked: [], removed: [], folders: [] };
    const index = this.repo.index;
    for (const path of to.keys()) checked(path);
    const put: [string, { mode: number; oid: string }][] = [];
    const gone: string[] = [];
    const paths = new Set([...from.keys(), ...to.keys(), ...(force ? index.paths() : [])]);
    for (const path of [...paths].sort()) {
      const want = to.get(path);
      if (force) {
        const known = index.get(path);
        if (!want) {
          if (index.has(path)) gone.push(path);
        } else if (!same(known, want) || !same(this.state(path, known), want)) put.push([path, want]);
        continue;
      }
      if (same(from.get(path), want)) continue;
      const known = index.get(path);
      const here = this.state(path, known);
      if (same(known, want)) {
        // What was taken out of the index is no longer git's to take away.
        if (!want && this.reach(path) && !this.ignores.covers(path)) blocked.removed.push(path);
        continue;
      }
      if (!same(known, from.get(path))) {
        blocked.changed.push(path);
        continue;
      }
      if (known && here) {
        if (!same(here, known) && !same(here, want)) blocked.changed.push(path);
      } else {
        const there = this.obstacle(path);
        if (there?.folder && this.holds(path)) blocked.folders.push(path);
        else if (there && known) blocked.changed.push(path);
        // What is tracked and stands in the way is to go, and is looked at where that is said.
        else if (there && !there.folder && !(from.has(there.path) && index.has(there.path)) && !this.ignores.covers(there.path)) blocked.untracked.push(there.path);
      }
      if (want) put.push([path, want]);
      else gone.push(path);
    }
    if (isBlocked(blocked)) return blocked;
    for (const path of gone) {
      this.remove(path);
      index.remove(path);
    }
    for (const [path, what] of put) await this.put(path, what);
    return blocked;
  }
}
