// node:path, both flavours. Working directories come from process.cwd when a call needs one.

import { ArrayPrototypePush, StringPrototypeCharCodeAt, StringPrototypeIndexOf, StringPrototypeLastIndexOf, StringPrototypeSlice, StringPrototypeToLowerCase, StringPrototypeEndsWith } from "../primordials.ts";
import { named } from "../globals.ts";
import { register } from "../modules.ts";
import { matchesGlob } from "./glob.ts";
import { cwd } from "../process.ts";
import { validateObject, validateString } from "./errors.ts";

const SLASH = 47, BACKSLASH = 92, DOT = 46, COLON = 58;

const at = (s: string, i: number): number => StringPrototypeCharCodeAt(s, i);
const cut = (s: string, from: number, to?: number): string => StringPrototypeSlice(s, from, to);

function isSepPosix(c: number): boolean {
  return c === SLASH;
}

function isSepWin(c: number): boolean {
  return c === SLASH || c === BACKSLASH;
}

function isDrive(c: number): boolean {
  return (c >= 65 && c <= 90) || (c >= 97 && c <= 122);
}

// collapse resolves "." and ".." segments. above says whether ".." may stay at the front.
function collapse(path: string, above: boolean, sep: string, isSep: (c: number) => boolean): string {
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i <= path.length; i++) {
    if (i < path.length && !isSep(at(path, i))) continue;
    const seg = cut(path, start, i);
    start = i + 1;
    if (seg === "" || seg === ".") continue;
    if (seg === "..") {
      if (parts.length > 0 && parts[parts.length - 1] !== "..") parts.length--;
      else if (above) ArrayPrototypePush(parts, "..");
    } else ArrayPrototypePush(parts, seg);
  }
  let out = "";
  for (let i = 0; i < parts.length; i++) out += i === 0 ? parts[i] : sep + parts[i];
  return out;
}

function formatWith(sep: string, o: any): string {
  validateObject(o, "pathObject");
  const dir = o.dir || o.root;
  const ext = o.ext ? `${o.ext[0] === "." ? "" : "."}${o.ext}` : "";
  const base = o.base || `${o.name || ""}${ext}`;
  if (!dir) return base;
  return dir === o.root ? `${dir}${base}` : `${dir}${sep}${base}`;
}

// baseFrom is basename from an index on (behind a drive).
function baseFrom(path: string, start: number, suffix: string | undefined, isSep: (c: number) => boolean): string {
  let end = path.length;
  while (end > start && isSep(at(path, end - 1))) end--;
  // Node, given a suffix, leaves a path of nothing but separators as it is.
  if (end === start) return suffix !== undefined && suffix.length > 0 && suffix.length <= path.length && suffix !== path ? cut(path, start) : "";
  let b = end;
  while (b > start && !isSep(at(path, b - 1))) b--;
  const base = cut(path, b, end);
  if (suffix !== undefined && suffix.length > 0 && suffix.length < base.length && StringPrototypeEndsWith(base, suffix)) return cut(base, 0, base.length - suffix.length);
  // Node gives the whole of a path that is only its suffix the empty name, unless slashes follow.
  if (suffix !== undefined && suffix.length > 0 && suffix === path) return "";
  return base;
}

function extOf(base: string): string {
  const dot = StringPrototypeLastIndexOf(base, ".");
  if (dot <= 0 || base === "..") return "";
  return cut(base, dot);
}

function lastBase(path: string, start: number, isSep: (c: number) => boolean): [number, number] {
  let end = path.length;
  while (end > start && isSep(at(path, end - 1))) end--;
  let b = end;
  while (b > start && !isSep(at(path, b - 1))) b--;
  return [b, end];
}

export const posix: any = {
  sep: "/",
  delimiter: ":",

  resolve(...paths: string[]): string {
    let path = "";
    let absolute = false;
    for (let i = paths.length - 1; i >= -1 && !absolute; i--) {
      const p = i >= 0 ? paths[i]! : cwd();
      validateString(p, `paths[${i}]`);
      if (p.length === 0) continue;
      path = `${p}/${path}`;
      absolute = at(p, 0) === SLASH;
    }
    path = collapse(path, !absolute, "/", isSepPosix);
    return absolute ? `/${path}` : path.length > 0 ? path : ".";
  },

  normalize(path: string): string {
    validateString(path, "path");
    if (path.length === 0) return ".";
    const absolute = at(path, 0) === SLASH;
    const trailing = at(path, path.length - 1) === SLASH;
    let out = collapse(path, !absolute, "/", isSepPosix);
    if (out.length === 0) return absolute ? "/" : trailing ? "./" : ".";
    if (trailing) out += "/";
    return absolute ? `/${out}` : out;
  },

  isAbsolute(path: string): boolean {
    validateString(path, "path");
    return path.length > 0 && at(path, 0) === SLASH;
  },

  join(...paths: string[]): string {
    let joined = "";
    for (let i = 0; i < paths.length; i++) {
      const p = paths[i]!;
      validateString(p, "path");
      if (p.length > 0) joined += joined === "" ? p : `/${p}`;
    }
    return joined === "" ? "." : posixNormalize(joined);
  },

  relative(from: string, to: string): string {
    validateString(from, "from");
    validateString(to, "to");
    if (from === to) return "";
    from = posixResolve(from);
    to = posixResolve(to);
    return from === to ? "" : relativeTo(from, to, from, to, "/", SLASH, 1);
  },

  toNamespacedPath(path: string): string {
    return path;
  },

  dirname(path: string): string {
    validateString(path, "path");
    if (path.length === 0) return ".";
    let end = path.length;
    while (end > 1 && at(path, end - 1) === SLASH) end--;
    while (end > 0 && at(path, end - 1) !== SLASH) end--;
    if (end === 0) return ".";
    const d = end - 1; // the separator nearest to the name; earlier doubled ones stay
    if (d === 0) return "/";
    return d === 1 && at(path, 0) === SLASH ? "//" : cut(path, 0, d);
  },

  basename(path: string, suffix?: string): string {
    if (suffix !== undefined) validateString(suffix, "suffix");
    validateString(path, "path");
    return baseFrom(path, 0, suffix, isSepPosix);
  },

  extname(path: string): string {
    validateString(path, "path");
    const range = lastBase(path, 0, isSepPosix);
    return extOf(cut(path, range[0], range[1]));
  },

  format(o: any): string {
    return formatWith("/", o);
  },

  parse(path: string): any {
    validateString(path, "path");
    const root = path.length > 0 && at(path, 0) === SLASH ? "/" : "";
    return parsed(path, root, root.length, isSepPosix);
  },

  win32: null,
  posix: null,
};

function parsed(path: string, root: string, start: number, isSep: (c: number) => boolean): any {
  const range = lastBase(path, start, isSep);
  const b = range[0], e = range[1];
  const base = cut(path, b, e);
  const ext = extOf(base);
  const name = ext === "" ? base : cut(base, 0, base.length - ext.length);
  let dir = root;
  if (b > start) dir = cut(path, 0, b - 1);
  return { root, dir, base, ext, name };
}

// relativeTo walks two resolved paths; the l-versions decide equality, the others give the letters.
function relativeTo(from: string, to: string, lfrom: string, lto: string, sep: string, sepCode: number, min: number): string {
  let fromStart = min, toStart = min;
  let fromEnd = from.length, toEnd = to.length;
  if (sepCode === BACKSLASH) {
    fromStart = toStart = 0;
    while (fromStart < from.length && at(from, fromStart) === BACKSLASH) fromStart++;
    while (toStart < to.length && at(to, toStart) === BACKSLASH) toStart++;
    while (fromEnd - 1 > fromStart && at(from, fromEnd - 1) === BACKSLASH) fromEnd--;
    while (toEnd - 1 > toStart && at(to, toEnd - 1) === BACKSLASH) toEnd--;
  }
  const fromLen = fromEnd - fromStart, toLen = toEnd - toStart;
  const n = fromLen < toLen ? fromLen : toLen;
  let last = -1;
  let i = 0;
  for (; i < n; i++) {
    const c = at(lfrom, fromStart + i);
    if (c !== at(lto, toStart + i)) break;
    if (c === sepCode) last = i;
  }
  if (i === n) {
    if (toLen > n) {
      if (at(lto, toStart + i) === sepCode) return cut(to, toStart + i + 1);
      if (sepCode === SLASH ? i === 0 : i === 2) return cut(to, toStart + i + (sepCode === SLASH ? 0 : 1));
    }
    if (fromLen > n) {
      if (at(lfrom, fromStart + i) === sepCode) last = i;
      else if (i === 0 && sepCode === SLASH) last = 0;
      else if (i === 2 && sepCode === BACKSLASH) last = 3;
    }
  } else if (sepCode === BACKSLASH && last === -1) return to;
  if (sepCode === BACKSLASH && last === -1) last = 0;
  let out = "";
  for (i = fromStart + last + 1; i <= fromEnd; i++) {
    if (i === fromEnd || at(from, i) === sepCode) out += out.length === 0 ? ".." : `${sep}..`;
  }
  toStart += last;
  if (sepCode === BACKSLASH) {
    if (out.length > 0) return `${out}${cut(to, toStart, toEnd)}`;
    if (at(to, toStart) === BACKSLASH) toStart++;
    return cut(to, toStart, toEnd);
  }
  return `${out}${cut(to, toStart)}`;
}

// winRoot returns the length of the root ("C:\", "\\srv\share\", "\"), the device, and whether it is absolute.
function winRoot(path: string): { end: number; device: string; absolute: boolean } {
  const len = path.length;
  if (len === 0) return { end: 0, device: "", absolute: false };
  const c = at(path, 0);
  if (isSepWin(c)) {
    if (len > 1 && isSepWin(at(path, 1))) {
      let j = 2, last = 2;
      while (j < len && !isSepWin(at(path, j))) j++;
      if (j < len && j !== last) {
        const first = cut(path, last, j);
        last = j;
        while (j < len && isSepWin(at(path, j))) j++;
        if (j < len && j !== last) {
          last = j;
          while (j < len && !isSepWin(at(path, j))) j++;
          if (j === len || j !== last) return { end: j, device: `\\\\${first}\\${cut(path, last, j)}`, absolute: true };
        }
      }
    }
    return { end: 1, device: "", absolute: true };
  }
  if (isDrive(c) && len > 1 && at(path, 1) === COLON) {
    if (len > 2 && isSepWin(at(path, 2))) return { end: 3, device: cut(path, 0, 2), absolute: true };
    return { end: 2, device: cut(path, 0, 2), absolute: false };
  }
  return { end: 0, device: "", absolute: false };
}

// winVolume is winRoot, but of a device (\\.\pipe, \\?\x) the root ends before its name.
function winVolume(path: string): { end: number; device: string; absolute: boolean } {
  const r = winRoot(path);
  const device = cut(r.device, 0, 4);
  return device === "\\\\.\\" || device === "\\\\?\\" ? { end: 4, device: cut(device, 0, 3), absolute: true } : r;
}

// startsDrive reports whether the normal form of a path that is relative, and to no drive, could be
// taken for a drive's (CVE-2024-36139).
function startsDrive(path: string, tail: string): boolean {
  const colon = StringPrototypeIndexOf(path, ":");
  if (colon < 0) return false;
  if (tail.length >= 2 && isDrive(at(tail, 0)) && at(tail, 1) === COLON) return true;
  for (let i = colon; i >= 0; i = StringPrototypeIndexOf(path, ":", i + 1)) if (i === path.length - 1 || isSepWin(at(path, i + 1))) return true;
  return false;
}

export const win32: any = {
  sep: "\\",
  delimiter: ";",

  resolve(...paths: string[]): string {
    let device = "", tail = "";
    let absolute = false;
    for (let i = paths.length - 1; i >= -1; i--) {
      let p: string;
      if (i >= 0) {
        p = paths[i]!;
        validateString(p, `paths[${i}]`);
        if (p.length === 0) continue;
      } else p = cwd();
      const r = winVolume(p);
      if (r.device.length > 0) {
        if (device.length > 0) {
          if (StringPrototypeToLowerCase(r.device) !== StringPrototypeToLowerCase(device)) continue;
        } else device = r.device;
      }
      if (absolute) {
        if (device.length > 0) break;
      } else {
        tail = `${cut(p, r.end)}\\${tail}`;
        absolute = r.absolute;
        if (r.absolute && device.length > 0) break;
      }
    }
    tail = collapse(tail, !absolute, "\\", isSepWin);
    return absolute ? `${device}\\${tail}` : `${device}${tail}` || ".";
  },

  normalize(path: string): string {
    validateString(path, "path");
    const len = path.length;
    if (len === 0) return ".";
    if (len === 1) return at(path, 0) === SLASH ? "\\" : path;
    const r = winVolume(path);
    if (r.end === len && r.device.length > 2) return `${r.device}\\`;
    let tail = r.end < len ? collapse(cut(path, r.end), !r.absolute, "\\", isSepWin) : "";
    if (tail.length === 0 && !r.absolute) tail = ".";
    if (tail.length > 0 && isSepWin(at(path, len - 1))) tail += "\\";
    if (r.device === "" && !r.absolute && startsDrive(path, tail)) return `.\\${tail}`;
    if (r.device === "") return r.absolute ? `\\${tail}` : tail;
    return r.absolute ? `${r.device}\\${tail}` : `${r.device}${tail}`;
  },

  isAbsolute(path: string): boolean {
    validateString(path, "path");
    if (path.length === 0) return false;
    const c = at(path, 0);
    return isSepWin(c) || (path.length > 2 && isDrive(c) && at(path, 1) === COLON && isSepWin(at(path, 2)));
  },

  join(...paths: string[]): string {
    let joined = "", first = "";
    for (let i = 0; i < paths.length; i++) {
      const p = paths[i]!;
      validateString(p, "path");
      if (p.length === 0) continue;
      if (joined === "") joined = first = p;
      else joined += `\\${p}`;
    }
    if (joined === "") return ".";
    // Only a first part that is itself a UNC start keeps its two slashes.
    let slashes = 0;
    let replace = true;
    if (isSepWin(at(first, 0))) {
      slashes++;
      if (first.length > 1 && isSepWin(at(first, 1))) {
        slashes++;
        if (first.length > 2) {
          if (isSepWin(at(first, 2))) slashes++;
          else replace = false;
        }
      }
    }
    if (replace) {
      while (slashes < joined.length && isSepWin(at(joined, slashes))) slashes++;
      if (slashes >= 2) joined = `\\${cut(joined, slashes)}`;
    }
    return win32Normalize(joined);
  },

  relative(from: string, to: string): string {
    validateString(from, "from");
    validateString(to, "to");
    if (from === to) return "";
    const f = win32Resolve(from), t = win32Resolve(to);
    if (f === t) return "";
    const lf = StringPrototypeToLowerCase(f), lt = StringPrototypeToLowerCase(t);
    return lf === lt ? "" : relativeTo(f, t, lf, lt, "\\", BACKSLASH, 0);
  },

  toNamespacedPath(path: string): string {
    if (typeof path !== "string" || path.length === 0) return path;
    const r = win32Resolve(path);
    if (r.length <= 2) return path;
    if (at(r, 0) === BACKSLASH) {
      if (at(r, 1) === BACKSLASH && at(r, 2) !== 63 && at(r, 2) !== DOT) return `\\\\?\\UNC\\${cut(r, 2)}`;
    } else if (isDrive(at(r, 0)) && at(r, 1) === COLON && at(r, 2) === BACKSLASH) return `\\\\?\\${r}`;
    return r;
  },

  dirname(path: string): string {
    validateString(path, "path");
    const len = path.length;
    if (len === 0) return ".";
    if (len === 1) return isSepWin(at(path, 0)) ? path : ".";
    const r = winRoot(path);
    if (r.end === len) return path;
    // A UNC root owns the separator that follows it.
    const rootEnd = r.device.length > 2 && r.end < len ? r.end + 1 : r.end;
    let end = len;
    while (end > rootEnd && isSepWin(at(path, end - 1))) end--;
    while (end > rootEnd && !isSepWin(at(path, end - 1))) end--;
    if (end <= rootEnd) return rootEnd === 0 ? "." : cut(path, 0, rootEnd);
    return cut(path, 0, end - 1);
  },

  basename(path: string, suffix?: string): string {
    if (suffix !== undefined) validateString(suffix, "suffix");
    validateString(path, "path");
    const start = path.length >= 2 && isDrive(at(path, 0)) && at(path, 1) === COLON ? 2 : 0;
    return baseFrom(path, start, suffix, isSepWin);
  },

  extname(path: string): string {
    validateString(path, "path");
    const start = path.length >= 2 && isDrive(at(path, 0)) && at(path, 1) === COLON ? 2 : 0;
    const range = lastBase(path, start, isSepWin);
    return extOf(cut(path, range[0], range[1]));
  },

  format(o: any): string {
    return formatWith("\\", o);
  },

  parse(path: string): any {
    validateString(path, "path");
    const r = winRoot(path);
    let end = r.end;
    if (r.device.length > 2 && end < path.length) end++;
    return parsed(path, cut(path, 0, end), end, isSepWin);
  },

  win32: null,
  posix: null,
};

// What they call of themselves, whatever a guest puts in its place.
const { normalize: posixNormalize, resolve: posixResolve } = posix;
const { normalize: win32Normalize, resolve: win32Resolve } = win32;

posix.matchesGlob = named((path: string, pattern: string) => matchesGlob(path, pattern, false), "matchesGlob", 2);
win32.matchesGlob = named((path: string, pattern: string) => matchesGlob(path, pattern, true), "matchesGlob", 2);
posix._makeLong = posix.toNamespacedPath;
win32._makeLong = win32.toNamespacedPath;
win32.win32 = posix.win32 = win32;
win32.posix = posix.posix = posix;

register(["node:path", "path"], () => posix);
register(["node:path/posix", "path/posix"], () => posix);
register(["node:path/win32", "path/win32"], () => win32);
