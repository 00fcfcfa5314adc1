import fs from "node:fs";
import { dirname } from "node:path";
import { fail } from "./failure.ts";
import { Ignores } from "./ignore.ts";
import type { IndexEntry } from "./index_file.ts";
import { EXECUTABLE, FILE, LINK, MODULE, hash } from "./objects.ts";
import type { Repo } from "./repo.ts";

/** What a path is: its mode and content, or nothing if it is not there. */
export type What = { mode: number; oid: string } | undefined;

export const same = (a: What, b: What) => a?.mode === b?.mode && a?.oid === b?.oid;

/** stat looks at a path without following a link, or gives nothing. */
export function stat(file: string): fs.Stats | undefined {
  return fs.lstatSync(file, { throwIfNoEntry: false });
}

function modeOf(s: fs.Stats): number {
  return s.isSymbolicLink() ? LINK : s.mode & 0o100 ? EXECUTABLE : FILE;
}

/** content reads a file, or where a link leads. */
export function content(file: string, s = stat(file)): Buffer {
  return s?.isSymbolicLink() ? Buffer.from(fs.readlinkSync(file)) : fs.readFileSync(file);
}

/** Worktree is the files of a repository, beside its index. */
export class Worktree {
  readonly ignores: Ignores;

  constructor(readonly repo: Repo) {
    this.ignores = new Ignores(repo.work, repo.gitdir);
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
    if (path.split("/").some((part) => part === "" || part === "." || part === ".." || part.toLowerCase() === ".git")) fail(`invalid path '${path}'`);
    const file = this.file(path);
    if (what.mode === MODULE) {
      fs.mkdirSync(file, { recursive: true });
      this.repo.index.add(path, what.mode, what.oid);
      return;
    }
    const data = await this.repo.objects.blob(what.oid);
    this.clear(path);
    if (what.mode === LINK) fs.symlinkSync(data.toString(), file);
    else {
      fs.writeFileSync(file, data, { flag: "wx" });
      if (what.mode === EXECUTABLE) fs.chmodSync(file, 0o755);
    }
    this.repo.index.add(path, what.mode, what.oid, stat(file));
  }

  /** clear makes room for a file at a path: links on the way there are no folders. */
  clear(path: string) {
    const parts = path.split("/");
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

  /** remove takes a file away, and the folders that are empty then. */
  remove(path: string) {
    if (this.reach(path)) fs.rmSync(this.file(path), { force: true, recursive: true });
    for (let dir = dirname(path); dir !== "."; dir = dirname(dir)) {
      if (this.file(dir) === process.cwd()) break;
      try {
        fs.rmdirSync(this.file(dir));
      } catch {
        break;
      }
    }
    this.forget();
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
        } else if (files.has(path)) {
          continue; // a module
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
      const now = e.stage === 0 ? this.state(e.path, e) : undefined;
      if (now === e || !same(now, e)) continue;
      this.repo.index.add(e.path, e.mode, e.oid, stat(this.file(e.path)));
      changed = true;
    }
    if (changed) {
      this.repo.index.write();
      this.forget();
    }
  }

  /**
   * back gives up what is staged, and what is in conflict, for what another tree
   * has; what is changed here and not staged stays.
   */
  async back(to: Map<string, What>): Promise<{ changed: string[]; untracked: string[] }> {
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
  }

  /**
   * move makes the files and the index say what another tree does. What is changed
   * here and differs there is in the way: it is listed and nothing happens, unless
   * by force.
   */
  async move(from: Map<string, What>, to: Map<string, What>, force = false): Promise<{ changed: string[]; untracked: string[] }> {
    const inTheWay = { changed: [] as string[], untracked: [] as string[] };
    const index = this.repo.index;
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
      if (same(known, want) && (want ? here !== undefined : !this.reach(path))) continue;
      if (!same(known, from.get(path)) && !same(known, want)) inTheWay.changed.push(path);
      else if (known && here && !same(here, known) && !same(here, want)) inTheWay.changed.push(path);
      else if (!known && want && this.reach(path) && !this.ignores.covers(path)) inTheWay.untracked.push(path);
      else if (want) put.push([path, want]);
      else gone.push(path);
    }
    if (inTheWay.changed.length + inTheWay.untracked.length > 0) return inTheWay;
    for (const path of gone) {
      this.remove(path);
      index.remove(path);
    }
    for (const [path, what] of put) await this.put(path, what);
    index.write();
    return inTheWay;
  }
}
