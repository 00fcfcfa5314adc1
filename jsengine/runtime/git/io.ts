import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { Failure, fail } from "./failure.ts";
import type { Repo } from "./repo.ts";
import { encode } from "./text.ts";

/** What waits to be written while the index is locked. */
let waiting: (() => void)[] | undefined;

/**
 * hold has what is written wait until flush. A program whose output nobody reads ends
 * when it writes, and what it locked would stay locked.
 */
export function hold() {
  waiting ??= [];
}

/** flush writes what waits; what comes then waits no more, unless it is to go on. */
export function flush(goOn = false) {
  const all = waiting ?? [];
  waiting = goOn && waiting ? [] : undefined;
  for (const write of all) write();
}

const put = (write: () => void) => (waiting ? void waiting.push(write) : write());

/** out writes to standard output, say to standard error. */
export const out = (text: string) => put(() => void (text !== "" && process.stdout.write(encode(text))));
export const say = (text: string) => put(() => void process.stderr.write(text));

/** readStdin reads all of standard input. */
export const readStdin = () => fs.readFileSync(0);

/** edit lets the editor of the user change a text. Without one it fails. */
export function edit(repo: Repo, name: string, text: string, sequence = false): string {
  const file = `${repo.gitdir}/${name}`;
  fs.writeFileSync(file, text);
  const editor = (sequence ? (process.env.GIT_SEQUENCE_EDITOR ?? repo.setting("sequence.editor")) : undefined) ?? process.env.GIT_EDITOR ?? repo.setting("core.editor") ?? process.env.VISUAL ?? process.env.EDITOR;
  if (!editor) throw new Failure(`Terminal is dumb, but EDITOR unset${sequence ? "" : "\nPlease supply the message using either -m or -F option."}`, 1, "error: ");
  if (editor !== ":" && editor !== "true") {
    flush(true);
    const { status } = spawnSync(`${editor} '${file.replace(/'/g, "'\\''")}'`, { shell: true, stdio: "inherit" });
    if (status !== 0) {
      say(`error: There was a problem with the editor '${editor}'.\n`);
      fail("the editor failed");
    }
  }
  return fs.readFileSync(file, "utf8");
}

/** tidy takes comments and needless empty lines out of a message. */
export function tidy(text: string, comments: boolean): string {
  let lines = text.split("\n").map((l) => l.trimEnd());
  if (comments) {
    const cut = lines.indexOf("# ------------------------ >8 ------------------------");
    lines = (cut < 0 ? lines : lines.slice(0, cut)).filter((l) => !l.startsWith("#"));
  }
  const solid = lines.join("\n").replace(/\n{3,}/g, "\n\n").replace(/^\n+|\n+$/g, "");
  return solid === "" ? "" : `${solid}\n`;
}
