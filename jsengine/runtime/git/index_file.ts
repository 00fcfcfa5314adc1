import { createHash } from "node:crypto";
import fs from "node:fs";
import { Failure, fail } from "./failure.ts";
import { FOLDER, type Objects, type TreeEntry } from "./objects.ts";

export interface IndexEntry {
  path: string;
  mode: number;
  oid: string;
  /** 0, or in a conflict: 1 the base, 2 ours, 3 theirs. */
  stage: number;
  size: number;
  /** Milliseconds since 1970; 0: unknown. */
  mtime: number;
  /** Only that the file is to be added is known, and nothing of it is staged. */
  later?: boolean;
}

const SURROGATE = /[\ud800-\udfff]/;

/** byBytes orders names as their bytes are. Those of UTF-16 are another order only where it has surrogates. */
export function byBytes(a: string, b: string): number {
  if (a === b) return 0;
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

const UNSOUND = /(^|\/)(\.\.?|\.git)?(\/|$)/i;

/**
 * checked is a path that a file may have: it leads neither out of the work tree nor
 * into the repository, whatever a tree of a stranger says.
 */
export function checked(path: string): string {
  return UNSOUND.test(path) ? fail(`invalid path '${path}'`) : path;
}

/** Locked says that another process changes what is to be changed. */
export class Locked extends Failure {
  constructor(file: string) {
    super(
      `Unable to create '${file}': File exists.\n\nAnother git process seems to be running in this repository, e.g.\nan editor opened by 'git commit'. Please make sure all processes\nare terminated then try again. If it still fails, a git process\nmay have crashed in this repository earlier:\nremove the file manually to continue.`,
    );
  }
}

/**
 * Lock keeps other processes from changing an index: it is the file that is to take
 * the place of the index, which only one of them can make. A program that is killed
 * leaves it behind, and what changes the index fails until somebody removes it.
 */
export class Lock {
  private static readonly held = new Set<Lock>();
  readonly file: string;

  constructor(index: string) {
    this.file = `${index}.lock`;
    try {
      fs.closeSync(fs.openSync(this.file, "wx"));
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== "EEXIST") throw e;
      throw new Locked(this.file);
    }
    if (Lock.held.size === 0) process.on("exit", Lock.end);
    Lock.held.add(this);
  }

  /** end releases what is locked when the program ends early: nobody reads what it prints, say. */
  private static readonly end = () => {
    for (const lock of Lock.held) lock.release();
  };

  get held(): boolean {
    return Lock.held.has(this);
  }

  /** commit makes what is in the file the index. */
  commit() {
    fs.renameSync(this.file, this.file.slice(0, -".lock".length));
    Lock.held.delete(this);
  }

  /** release gives the lock up; of one that was committed nothing is left. */
  release() {
    if (Lock.held.delete(this)) fs.rmSync(this.file, { force: true });
  }
}

const HEADER = 62; // bytes of an entry before its path
const EXTENDED = 0x4000;
const LATER = 0x2000; // of the extended flags

/** Index is what the next commit is made of. */
export class Index {
  private entries = new Map<string, IndexEntry>(); // by stage and path
  /** When the file was written: an entry as young may have changed since. */
  written = 0;
  /** The digest of the file, which is another when its content is. */
  sum = "";

  constructor(file: string) {
    let data: Buffer;
    try {
      data = fs.readFileSync(file);
      this.written = fs.statSync(file).mtimeMs;
    } catch {
      return;
    }
    const version = data.length < 32 || data.toString("latin1", 0, 4) !== "DIRC" ? 0 : data.readUInt32BE(4);
    if (version !== 2 && version !== 3) fail(`index file ${file} is of no version that is known here`);
    if (!createHash("sha1").update(data.subarray(0, -20)).digest().equals(data.subarray(-20))) fail("index file corrupt");
    this.sum = data.toString("hex", data.length - 20);
    let at = 12;
    for (let left = data.readUInt32BE(8); left > 0; left--) {
      if (at + HEADER > data.length - 20) fail("index file corrupt");
      const flags = data.readUInt16BE(at + 60);
      const start = at + HEADER + (flags & EXTENDED ? 2 : 0);
      const end = data.indexOf(0, start);
      if (end < 0) fail("index file corrupt");
      this.put({
        path: data.toString("utf8", start, end),
        mode: data.readUInt32BE(at + 24),
        oid: data.toString("hex", at + 40, at + 60),
        stage: (flags >> 12) & 3,
        size: data.readUInt32BE(at + 36),
        mtime: data.readUInt32BE(at + 8) * 1000 + Math.floor(data.readUInt32BE(at + 12) / 1e6),
        later: (flags & EXTENDED) !== 0 && (data.readUInt16BE(at + HEADER) & LATER) !== 0,
      });
      at += (end - at + 8) & ~7;
    }
  }

  /** write puts the index into a file: its lock, or that of a part of it. */
  write(file: string) {
    const parts: Buffer[] = [Buffer.from("DIRC\0\0\0\x02\0\0\0\0", "latin1")];
    const list = this.list();
    parts[0]!.writeUInt32BE(list.some((e) => e.later) ? 3 : 2, 4);
    parts[0]!.writeUInt32BE(list.length, 8);
    for (const e of list) {
      const name = Buffer.from(e.path);
      const head = e.later ? HEADER + 2 : HEADER;
      const b = Buffer.alloc((head + name.length + 8) & ~7);
      const seconds = Math.floor(e.mtime / 1000);
      b.writeUInt32BE(seconds, 0);
      b.writeUInt32BE(Math.round((e.mtime - seconds * 1000) * 1e6), 4);
      b.copy(b, 8, 0, 8);
      b.writeUInt32BE(e.mode, 24);
      b.writeUInt32BE(e.size >>> 0, 36);
      b.write(e.oid, 40, "hex");
      b.writeUInt16BE((e.later ? EXTENDED : 0) | (e.stage << 12) | Math.min(name.length, 0xfff), 60);
      if (e.later) b.writeUInt16BE(LATER, HEADER);
      name.copy(b, head);
      parts.push(b);
    }
    const data = Buffer.concat(parts);
    const sum = createHash("sha1").update(data).digest();
    fs.writeFileSync(file, Buffer.concat([data, sum]));
    this.sum = sum.toString("hex");
    this.written = fs.statSync(file).mtimeMs;
  }

  private key(path: string, stage: number) {
    return `${stage}${path}`;
  }

  put(e: IndexEntry) {
    checked(e.path);
    this.entries.set(this.key(e.path, e.stage), e);
  }

  /** add puts what a path is to be from now on, which ends a conflict about it. */
  add(path: string, mode: number, oid: string, stat?: { size: number; mtimeMs: number }) {
    this.remove(path);
    this.put({ path, mode, oid, stage: 0, size: stat?.size ?? 0, mtime: stat ? Math.floor(stat.mtimeMs) : 0 });
  }

  get(path: string, stage = 0): IndexEntry | undefined {
    return this.entries.get(this.key(path, stage));
  }

  /** has says whether a path is known, if only in a conflict. */
  has(path: string): boolean {
    return [0, 1, 2, 3].some((stage) => this.entries.has(this.key(path, stage)));
  }

  remove(path: string): boolean {
    let gone = false;
    for (let stage = 0; stage < 4; stage++) gone = this.entries.delete(this.key(path, stage)) || gone;
    return gone;
  }

  clear() {
    this.entries.clear();
  }

  /** list gives all entries, by path and then stage. */
  list(): IndexEntry[] {
    return [...this.entries.values()].sort((a, b) => byBytes(a.path, b.path) || a.stage - b.stage);
  }

  paths(): string[] {
    return [...new Set(this.list().map((e) => e.path))];
  }

  /** conflicts lists the paths that are not merged. */
  conflicts(): string[] {
    return [...new Set(this.list().filter((e) => e.stage > 0).map((e) => e.path))];
  }

  /** tree writes the trees that say what the index does, and gives the topmost. */
  tree(objects: Objects): string {
    const conflict = this.conflicts()[0];
    if (conflict !== undefined) fail(`${conflict}: unmerged: error building trees`);
    interface Folder {
      files: TreeEntry[];
      folders: Map<string, Folder>;
    }
    const top: Folder = { files: [], folders: new Map() };
    for (const e of this.list()) {
      if (e.later) continue;
      const parts = e.path.split("/");
      let at = top;
      for (const part of parts.slice(0, -1)) {
        let next = at.folders.get(part);
        if (!next) at.folders.set(part, (next = { files: [], folders: new Map() }));
        at = next;
      }
      at.files.push({ mode: e.mode, name: parts.at(-1)!, oid: e.oid });
    }
    const write = (folder: Folder): string => {
      const below = [...folder.folders].map(([name, f]) => ({ mode: FOLDER, name, oid: write(f) }));
      return objects.writeTree([...folder.files, ...below]);
    };
    return write(top);
  }
}
