import fs from "node:fs";
import { inflateSync } from "node:zlib";
import { fail } from "./failure.ts";
import type { GitObject, Kind } from "./objects.ts";

const KINDS: Record<number, Kind> = { 1: "commit", 2: "tree", 3: "blob", 4: "tag" };
const BY_OFFSET = 6;
const BY_NAME = 7;

/** KEPT bounds the bytes of objects that are kept because others may be made of them. */
const KEPT = 32 << 20;

/** Packs is the store of objects that lie together in files, many as what differs from others. */
export class Packs {
  private packs?: Pack[];

  constructor(private readonly dir: string) {}

  private get list(): Pack[] {
    if (!this.packs) {
      const names = fs.existsSync(this.dir) ? fs.readdirSync(this.dir).filter((n) => n.endsWith(".idx")) : [];
      this.packs = names.filter((n) => fs.existsSync(`${this.dir}/${n.slice(0, -4)}.pack`)).map((n) => new Pack(`${this.dir}/${n.slice(0, -4)}`, this));
    }
    return this.packs;
  }

  has(oid: string): boolean {
    return this.list.some((p) => p.offset(oid) !== undefined);
  }

  find(oid: string): GitObject | undefined {
    for (const pack of this.list) {
      const at = pack.offset(oid);
      if (at !== undefined) return pack.read(at);
    }
    return undefined;
  }

  /** names lists what is in them. */
  names(): string[] {
    return this.list.flatMap((p) => p.names());
  }

  /** again looks anew at which there are. */
  again() {
    for (const p of this.packs ?? []) p.close();
    this.packs = undefined;
  }
}

class Pack {
  private readonly index: Buffer;
  private readonly count: number;
  private readonly file: number;
  private readonly size: number;
  private readonly kept = new Map<number, GitObject>();
  private held = 0;

  constructor(
    private readonly name: string,
    private readonly all: Packs,
  ) {
    this.index = fs.readFileSync(`${name}.idx`);
    if (this.index.length < 1072 || this.index.readUInt32BE(0) !== 0xff744f63 || this.index.readUInt32BE(4) !== 2) fail(`${name}.idx is of no version that is known here`);
    this.count = this.index.readUInt32BE(8 + 255 * 4);
    if (this.index.length < 1032 + this.count * 28 + 40) this.corrupt();
    this.file = fs.openSync(`${name}.pack`, "r");
    this.size = fs.fstatSync(this.file).size;
  }

  close() {
    fs.closeSync(this.file);
  }

  private corrupt(): never {
    return fail(`packfile ${this.name}.pack is corrupt`);
  }

  names(): string[] {
    return Array.from({ length: this.count }, (_, i) => this.index.toString("hex", 1032 + i * 20, 1052 + i * 20));
  }

  /** offset says where an object begins, if it is in this pack. */
  offset(oid: string): number | undefined {
    const want = Buffer.from(oid, "hex");
    const fan = (n: number) => (n < 0 ? 0 : this.index.readUInt32BE(8 + n * 4));
    let [low, high] = [fan(want[0]! - 1), Math.min(fan(want[0]!), this.count)];
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = want.compare(this.index, 1032 + middle * 20, 1052 + middle * 20);
      if (order === 0) {
        const tables = 1032 + this.count * 24;
        const at = this.index.readUInt32BE(tables + middle * 4);
        if (at < 0x80000000) return at;
        const far = tables + this.count * 4 + (at - 0x80000000) * 8;
        if (far + 8 > this.index.length - 40) this.corrupt();
        return Number(this.index.readBigUInt64BE(far));
      }
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }

  private bytes(at: number, length: number): Buffer {
    const out = Buffer.allocUnsafe(Math.max(Math.min(length, this.size - at), 0));
    return out.subarray(0, fs.readSync(this.file, out, 0, out.length, at));
  }

  private unpack(at: number, size: number): Buffer {
    // What cannot be made smaller is stored with five bytes for each 16 KiB, and a frame.
    const packed = this.bytes(at, size + (size >> 10) + 128);
    let data: Buffer;
    try {
      data = inflateSync(packed, { maxOutputLength: Math.max(size, 1) });
    } catch {
      return this.corrupt();
    }
    return data.length === size ? data : this.corrupt();
  }

  /** read unpacks the object at an offset, with those that it is made of. */
  read(offset: number): GitObject {
    const deltas: { at: number; size: number; of: number }[] = [];
    let base: GitObject | undefined;
    let at = offset;
    while (!(base = this.kept.get(at))) {
      const head = this.bytes(at, 64);
      if (head.length < 20 || deltas.length > 10_000) this.corrupt();
      let i = 0;
      let c = head[i++]!;
      const kind = (c >> 4) & 7;
      let size = c & 15;
      for (let scale = 16; c & 0x80; scale *= 128) {
        c = head[i++]!;
        size += (c & 0x7f) * scale;
      }
      const known = KINDS[kind];
      if (known) {
        base = { kind: known, data: this.unpack(at + i, size) };
        this.keep(at, base);
        break;
      }
      if (kind === BY_OFFSET) {
        c = head[i++]!;
        let back = c & 0x7f;
        while (c & 0x80) {
          c = head[i++]!;
          back = (back + 1) * 128 + (c & 0x7f);
        }
        deltas.push({ at: at + i, size, of: at });
        if (back <= 0 || back > at) this.corrupt();
        at -= back;
      } else if (kind === BY_NAME) {
        const oid = head.toString("hex", i, i + 20);
        deltas.push({ at: at + i + 20, size, of: at });
        const here = this.offset(oid);
        if (here === undefined) {
          base = this.all.find(oid) ?? this.corrupt();
          break;
        }
        at = here;
      } else this.corrupt();
    }
    let object: GitObject = base;
    for (const d of deltas.reverse()) {
      object = { kind: object.kind, data: this.patch(object.data, this.unpack(d.at, d.size)) };
      this.keep(d.of, object);
    }
    return object;
  }

  private keep(at: number, object: GitObject) {
    if (object.data.length > KEPT / 4) return;
    if (this.held + object.data.length > KEPT) {
      this.kept.clear();
      this.held = 0;
    }
    this.kept.set(at, object);
    this.held += object.data.length;
  }

  /** patch makes an object of another and of what differs: pieces to copy, and new bytes. */
  private patch(base: Buffer, delta: Buffer): Buffer {
    let i = 0;
    const number = () => {
      let n = 0;
      for (let scale = 1; ; scale *= 128) {
        const c = delta[i++] ?? this.corrupt();
        n += (c & 0x7f) * scale;
        if (!(c & 0x80)) return n;
      }
    };
    if (number() !== base.length) this.corrupt();
    const out = Buffer.alloc(number());
    let to = 0;
    while (i < delta.length) {
      const c = delta[i++]!;
      if (c & 0x80) {
        let [from, length] = [0, 0];
        for (let k = 0; k < 4; k++) if (c & (1 << k)) from += delta[i++]! * 256 ** k;
        for (let k = 0; k < 3; k++) if (c & (16 << k)) length += delta[i++]! * 256 ** k;
        length ||= 0x10000;
        if (from + length > base.length || to + length > out.length) this.corrupt();
        base.copy(out, to, from, from + length);
        to += length;
      } else {
        if (c === 0 || i + c > delta.length || to + c > out.length) this.corrupt();
        delta.copy(out, to, i, i + c);
        i += c;
        to += c;
      }
    }
    return to === out.length ? out : this.corrupt();
  }
}
