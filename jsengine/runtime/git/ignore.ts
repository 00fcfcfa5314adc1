import fs from "node:fs";
import ignore, { type Ignore } from "ignore";

interface Rules {
  /** The file, as it is called. */
  name: string;
  text: string;
  all: Ignore;
}

/** Ignores tells what the .gitignore files, .git/info/exclude and the user's own file leave out. */
export class Ignores {
  private readonly rules = new Map<string, Rules | undefined>();
  /** What holds for the whole work tree: that of the repository before that of the user. */
  private readonly excludes: Rules[];

  constructor(
    private readonly top: string,
    gitdir: string,
    own: string,
  ) {
    this.excludes = [this.read(`${gitdir}/info/exclude`, gitdir === `${top}/.git` ? ".git/info/exclude" : `${gitdir}/info/exclude`), this.read(own, own)].filter((r) => r !== undefined);
  }

  private read(file: string, name: string): Rules | undefined {
    try {
      const text = fs.readFileSync(file, "utf8");
      return { name, text, all: ignore().add(text) };
    } catch {
      return undefined;
    }
  }

  private of(folder: string): Rules | undefined {
    if (!this.rules.has(folder)) this.rules.set(folder, this.read(`${this.top}/${folder}.gitignore`, `${folder}.gitignore`));
    return this.rules.get(folder);
  }

  /** deciding finds the rules that say something of a path, and what; not of what is above it. */
  private deciding(path: string): { rules: Rules; below: string; ignored: boolean } | undefined {
    const end = path.endsWith("/") ? path.length - 1 : path.length;
    const asked = (rules: Rules | undefined, below: string) => {
      const { ignored, unignored } = rules?.all.test(below) ?? {};
      return rules && (ignored || unignored) ? { rules, below, ignored: ignored === true } : undefined;
    };
    for (let at = path.lastIndexOf("/", end - 1); ; at = path.lastIndexOf("/", at - 1)) {
      const found = asked(this.of(path.slice(0, at + 1)), path.slice(at + 1));
      if (found) return found;
      if (at < 0) break;
    }
    for (const rules of this.excludes) {
      const found = asked(rules, path);
      if (found) return found;
    }
    return undefined;
  }

  /** rule names the line that decides of a path or of a folder that it is in: its file, its number and what it says. */
  rule(path: string): { name: string; line: number; text: string; ignored: boolean } | undefined {
    for (let at = path.indexOf("/"); at >= 0 && at < path.length - 1; at = path.indexOf("/", at + 1)) {
      if (this.has(path.slice(0, at + 1))) return this.rule(path.slice(0, at + 1));
    }
    const found = this.deciding(path);
    if (!found) return undefined;
    const lines = found.rules.text.split(/\r?\n/);
    // Of all that say something the last decides, and a line that takes back says nothing alone.
    for (let n = lines.length - 1; n >= 0; n--) {
      const text = lines[n]!;
      if (text.startsWith("!") !== !found.ignored || text.startsWith("#")) continue;
      if (ignore().add(found.ignored ? text : text.slice(1)).ignores(found.below)) return { name: found.rules.name, line: n + 1, text, ignored: found.ignored };
    }
    return undefined;
  }

  /** has tells of one path, which ends with a slash if it is a folder. What is above is not asked. */
  has(path: string): boolean {
    return this.deciding(path)?.ignored ?? false;
  }

  /** covers tells of a path, and of all folders that it is in. */
  covers(path: string): boolean {
    for (let at = path.indexOf("/"); at >= 0 && at < path.length - 1; at = path.indexOf("/", at + 1)) {
      if (this.has(path.slice(0, at + 1))) return true;
    }
    return this.has(path);
  }
}
