import fs from "node:fs";
import ignore, { type Ignore } from "ignore";

/** Ignores tells what the .gitignore files and .git/info/exclude leave out. */
export class Ignores {
  private readonly rules = new Map<string, Ignore | undefined>();
  private readonly exclude?: Ignore;

  constructor(
    private readonly top: string,
    gitdir: string,
  ) {
    this.exclude = this.read(`${gitdir}/info/exclude`);
  }

  private read(file: string): Ignore | undefined {
    try {
      return ignore().add(fs.readFileSync(file, "utf8"));
    } catch {
      return undefined;
    }
  }

  private of(folder: string): Ignore | undefined {
    if (!this.rules.has(folder)) this.rules.set(folder, this.read(`${this.top}/${folder}.gitignore`));
    return this.rules.get(folder);
  }

  /** has tells of one path, which ends with a slash if it is a folder. What is above is not asked. */
  has(path: string): boolean {
    const end = path.endsWith("/") ? path.length - 1 : path.length;
    for (let at = path.lastIndexOf("/", end - 1); ; at = path.lastIndexOf("/", at - 1)) {
      const folder = path.slice(0, at + 1);
      const { ignored, unignored } = this.of(folder)?.test(path.slice(at + 1)) ?? {};
      if (ignored) return true;
      if (unignored) return false;
      if (at < 0) break;
    }
    return this.exclude?.ignores(path) ?? false;
  }

  /** covers tells of a path, and of all folders that it is in. */
  covers(path: string): boolean {
    for (let at = path.indexOf("/"); at >= 0 && at < path.length - 1; at = path.indexOf("/", at + 1)) {
      if (this.has(path.slice(0, at + 1))) return true;
    }
    return this.has(path);
  }
}
