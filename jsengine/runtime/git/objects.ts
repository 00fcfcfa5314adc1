import { createHash } from "node:crypto";
import fs from "node:fs";
import { deflateSync, inflateSync } from "node:zlib";
import { fail } from "./failure.ts";
import { Packs } from "./packs.ts";

export type Kind = "blob" | "tree" | "commit" | "tag";

export interface GitObject {
  kind: Kind;
  data: Buffer;
}

export interface TreeEntry {
  mode: number;
  name: string;
  oid: string;
}

export interface Person {
  name: string;
  email: string;
  /** Seconds since 1970. */
  time: number;
  /** As it is written: "+0200". */
  zone: string;
}

export interface Commit {
  oid: string;
  tree: string;
  parents: string[];
  author: Person;
  committer: Person;
  message: string;
}

/** The modes that an entry of a tree or of the index has. */
export const FILE = 0o100644;
export const EXECUTABLE = 0o100755;
export const LINK = 0o120000;
export const FOLDER = 0o040000;
export const MODULE = 0o160000;

/** The tree without entries, which every repository has. */
export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
export const ZERO = "0".repeat(40);

export const isOid = (text: string) => /^[0-9a-f]{40}$/.test(text);

/** hash gives the name of an object. */
export function hash(kind: Kind, data: Uint8Array): string {
  return createHash("sha1").update(`${kind} ${data.length}\0`).update(data).digest("hex");
}

/** Objects is the store of a repository's objects: loose ones, and packs. */
export class Objects {
  private readonly commits = new Map<string, Commit>();
  private readonly trees = new Map<string, TreeEntry[]>();

  readonly packs: Packs;

  constructor(readonly gitdir: string) {
    this.packs = new Packs(`${gitdir}/objects/pack`);
  }

  private file(oid: string) {
    return `${this.gitdir}/objects/${oid.slice(0, 2)}/${oid.slice(2)}`;
  }

  /** loose reads an object that lies in a file of its own, or nothing. */
  private loose(oid: string): GitObject | undefined {
    let packed: Buffer;
    try {
      packed = fs.readFileSync(this.file(oid));
    } catch {
      return undefined;
    }
    const whole = inflateSync(packed);
    const end = whole.indexOf(0);
    const [kind, size] = whole.subarray(0, end).toString("latin1").split(" ");
    const data = whole.subarray(end + 1);
    if (Number(size) !== data.length) fail(`loose object ${oid} is corrupt`);
    return { kind: kind as Kind, data };
  }

  has(oid: string): boolean {
    return oid === EMPTY_TREE || fs.existsSync(this.file(oid)) || this.packs.has(oid);
  }

  /** find reads an object, or gives nothing if there is none. */
  async find(oid: string): Promise<GitObject | undefined> {
    if (oid === EMPTY_TREE) return { kind: "tree", data: Buffer.alloc(0) };
    return this.loose(oid) ?? this.packs.find(oid);
  }

  async read(oid: string, kind?: Kind): Promise<GitObject> {
    const found = await this.find(oid);
    if (!found) return fail(`unable to read ${kind ?? "object"} ${oid}`);
    if (kind && found.kind !== kind) fail(`${oid} is a ${found.kind}, not a ${kind}`);
    return found;
  }

  async blob(oid: string): Promise<Buffer> {
    return (await this.read(oid, "blob")).data;
  }

  write(kind: Kind, data: Uint8Array): string {
    const oid = hash(kind, data);
    const file = this.file(oid);
    if (fs.existsSync(file)) return oid;
    fs.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    const packed = deflateSync(Buffer.concat([Buffer.from(`${kind} ${data.length}\0`), data]));
    // Whole or not at all: a command may be ended at any time.
    const partial = `${this.gitdir}/objects/tmp_obj_${process.pid}`;
    fs.writeFileSync(partial, packed);
    fs.renameSync(partial, file);
    return oid;
  }

  async tree(oid: string): Promise<TreeEntry[]> {
    const known = this.trees.get(oid);
    if (known) return known;
    const { data } = await this.read(oid, "tree");
    const out: TreeEntry[] = [];
    for (let at = 0; at < data.length; ) {
      const space = data.indexOf(0x20, at);
      const end = data.indexOf(0, space);
      if (space < 0 || end < 0 || end + 21 > data.length) fail(`tree ${oid} is corrupt`);
      out.push({
        mode: Number.parseInt(data.toString("latin1", at, space), 8),
        name: data.toString("utf8", space + 1, end),
        oid: data.toString("hex", end + 1, end + 21),
      });
      at = end + 21;
    }
    this.trees.set(oid, out);
    return out;
  }

  writeTree(entries: TreeEntry[]): string {
    const key = (e: TreeEntry) => Buffer.from(e.mode === FOLDER ? `${e.name}/` : e.name);
    const sorted = entries.map((entry) => ({ entry, key: key(entry) })).sort((a, b) => Buffer.compare(a.key, b.key));
    const parts: Buffer[] = [];
    for (const { entry } of sorted) parts.push(Buffer.from(`${entry.mode.toString(8)} ${entry.name}\0`), Buffer.from(entry.oid, "hex"));
    return this.write("tree", Buffer.concat(parts));
  }

  async commit(oid: string): Promise<Commit> {
    const known = this.commits.get(oid);
    if (known) return known;
    const commit = parseCommit(oid, (await this.read(oid, "commit")).data.toString("utf8"));
    this.commits.set(oid, commit);
    return commit;
  }

  /** peel follows tags to what they name. */
  async peel(oid: string): Promise<{ oid: string; kind: Kind }> {
    for (;;) {
      const { kind, data } = await this.read(oid);
      if (kind !== "tag") return { oid, kind };
      oid = data.toString("latin1", 7, 47);
    }
  }

  /** treeOf gives the tree that a commit, a tag or a tree stands for. */
  async treeOf(oid: string): Promise<string> {
    const { oid: named, kind } = await this.peel(oid);
    if (kind === "tree") return named;
    if (kind === "commit") return (await this.commit(named)).tree;
    return fail(`${oid} is a ${kind}, not a tree`);
  }

  /** files lists all that a tree has below it, by path. */
  async files(tree: string, prefix = "", into = new Map<string, { mode: number; oid: string }>()) {
    for (const { mode, name, oid } of await this.tree(tree)) {
      if (mode === FOLDER) await this.files(oid, `${prefix}${name}/`, into);
      else into.set(prefix + name, { mode, oid });
    }
    return into;
  }

  /** entry finds what a tree has at a path, or nothing. */
  async entry(tree: string, path: string): Promise<{ mode: number; oid: string } | undefined> {
    let at: { mode: number; oid: string } = { mode: FOLDER, oid: tree };
    for (const name of path.split("/").filter(Boolean)) {
      if (at.mode !== FOLDER) return undefined;
      const found = (await this.tree(at.oid)).find((e) => e.name === name);
      if (!found) return undefined;
      at = found;
    }
    return at;
  }
}

export function parsePerson(text: string): Person {
  const found = /^(.*?) ?<([^>]*)> ?(-?\d+)? ?([+-]\d{4})?/.exec(text);
  return { name: found?.[1] ?? "", email: found?.[2] ?? "", time: Number(found?.[3] ?? 0), zone: found?.[4] ?? "+0000" };
}

export function parseCommit(oid: string, text: string): Commit {
  const end = text.indexOf("\n\n");
  const head = end < 0 ? text : text.slice(0, end);
  const commit: Commit = { oid, tree: "", parents: [], author: parsePerson(""), committer: parsePerson(""), message: end < 0 ? "" : text.slice(end + 2) };
  for (const line of head.split("\n")) {
    const space = line.indexOf(" ");
    const value = line.slice(space + 1);
    switch (line.slice(0, space)) {
      case "tree":
        commit.tree = value;
        break;
      case "parent":
        commit.parents.push(value);
        break;
      case "author":
        commit.author = parsePerson(value);
        break;
      case "committer":
        commit.committer = parsePerson(value);
    }
  }
  return commit;
}

export const person = (p: Person) => `${p.name} <${p.email}> ${p.time} ${p.zone}`;
