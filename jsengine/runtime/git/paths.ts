import type { Repo } from "./repo.ts";

/** Paths tells which paths a command is about. */
export class Paths {
  private readonly specs: { text: string; path: string; test: (path: string) => boolean; not: boolean; used: boolean }[] = [];

  constructor(repo: Repo, words: string[]) {
    for (const text of words) {
      const magic = /^:(?:\(([\w,]+)\)|([!^/]+)):?/.exec(text);
      const not = /[!^]|exclude/.test(magic?.[1] ?? magic?.[2] ?? "");
      const rest = magic ? text.slice(magic[0].length) : text;
      const top = /\/|top/.test(magic?.[1] ?? magic?.[2] ?? "");
      const path = top ? rest : repo.local(rest || ".");
      this.specs.push({ text, path, not, used: false, test: tester(path, /literal/.test(magic?.[1] ?? "")) });
    }
  }

  /** all says that there is nothing that a path must be like. */
  get all(): boolean {
    return this.specs.every((s) => s.not);
  }

  /** has says whether a path is meant; a folder's ends with a slash. */
  readonly has = (path: string): boolean => {
    let is = this.all;
    for (const s of this.specs) {
      if (s.not || !s.test(path)) continue;
      s.used = true;
      is = true;
    }
    return is && !this.specs.some((s) => s.not && s.test(path));
  };

  /** within says whether something below a folder may be meant. */
  within(folder: string): boolean {
    return this.all || this.specs.some((s) => s.test(folder) || s.path === "" || s.path.startsWith(folder) || /[*?[]/.test(s.path));
  }

  /** unused gives a word that nothing was like. */
  get unused(): string | undefined {
    return this.specs.find((s) => !s.used && !s.not && s.path !== "")?.text;
  }

  /** plain gives the paths, where none is a pattern. */
  get named(): string[] {
    return this.specs.filter((s) => !s.not).map((s) => s.path);
  }
}

function tester(path: string, literal: boolean): (path: string) => boolean {
  if (path === "") return () => true;
  path = path.replace(/\/$/, "");
  const below = `${path}/`;
  const plain = (p: string) => p === path || p.startsWith(below);
  if (literal || !/[*?[]/.test(path)) return plain;
  const re = new RegExp(`^${glob(path)}(/.*)?$`, "s");
  return (p) => plain(p) || re.test(p.replace(/\/$/, ""));
}

/** glob writes a pattern of the shell as a regular expression; a star goes over slashes. */
export function glob(pattern: string, slashes = true): string {
  let out = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === "*") {
      let stars = 1;
      while (pattern[i + 1] === "*") i++, stars++;
      out += slashes || stars > 1 ? ".*" : "[^/]*";
    } else if (c === "?") out += slashes ? "." : "[^/]";
    else if (c === "[") {
      const end = pattern.indexOf("]", i + 2);
      if (end < 0) out += "\\[";
      else {
        out += `[${pattern.slice(i + 1, end).replace(/^!/, "^").replace(/\\/g, "\\\\")}]`;
        i = end;
      }
    } else if (c === "\\" && i + 1 < pattern.length) out += pattern[++i]!.replace(/[^\w\s]/, "\\$&");
    else out += c.replace(/[^\w\s/]/, "\\$&");
  }
  return out;
}
