import fs from "node:fs";
import { resolve } from "node:path";
import { parse } from "./args.ts";
import { look, write } from "./basic.ts";
import { parseDate, showDate } from "./dates.ts";
import { type DiffOptions, type Output, changedTrees, plain, present, readOption, silent } from "./diff.ts";
import { Failure, fail } from "./failure.ts";
import { everything, fileName, readRange, subject, walk } from "./history.ts";
import { out, readStdin, say } from "./io.ts";
import { Paths } from "./paths.ts";
import { apply } from "./plumbing.ts";
import type { Repo } from "./repo.ts";
import { encode } from "./text.ts";
import { Worktree, why } from "./worktree.ts";

const PLAIN = /^[\x00-\x7f]*$/;
const LINE = 78; // the width in which a subject is folded
const NAME = 57; // the length of a file's name, before its end

/** encoded writes a text as a header may have it, where it has letters that are none of ASCII. */
function encoded(text: string): string {
  const words: string[] = [];
  let word = "";
  for (const letter of text) {
    const piece = letter === " " ? "=20" : /^[!-<>@-~]$/.test(letter) && letter !== "_" ? letter : [...Buffer.from(letter)].map((b) => `=${b.toString(16).toUpperCase().padStart(2, "0")}`).join("");
    if (word.length + piece.length > LINE - "=?UTF-8?q??=".length) {
      words.push(word);
      word = "";
    }
    word += piece;
  }
  return [...words, word].map((w) => `=?UTF-8?q?${w}?=`).join("\n ");
}

/** folded breaks a header's line between words. */
function folded(head: string, text: string): string {
  let line = head.trimEnd();
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > LINE) {
      lines.push(line);
      line = "";
    }
    line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}

/** formatPatch writes commits as mails, each to a file or all to standard output. */
export async function formatPatch(args: string[], repo: Repo): Promise<number> {
  const o: DiffOptions = { ...plain };
  const how: Output = { ...silent, stat: true, summary: true, patch: true, width: 72 };
  let most = Number.POSITIVE_INFINITY;
  let stat = true;
  const known = parse(args, "--stdout, -o --output-directory=, -N --no-numbered, -n --numbered, -k --keep-subject, --subject-prefix=, --rfc, -v --reroll-count=, -s --signoff, -q --quiet, --root, --start-number=, --no-signature, --signature=, --zero-commit, --no-stat, -p, --suffix=, --cover-letter, --thread?, --no-thread, --base=", (a, next) => {
    const count = /^-(\d+)$/.exec(a)?.[1];
    if (count !== undefined) most = Number(count);
    return count !== undefined || readOption(a, o, how, next);
  });
  if (known.has("cover-letter")) fail("--cover-letter is not supported here");
  if (known.has("p") || known.has("no-stat") || known.no("stat")) stat = false;
  Object.assign(how, { stat, summary: stat, patch: true });
  const range: { from: string[]; without: string[] } = { from: [], without: [] };
  const words = [...known.words];
  while (words.length > 0 && (await readRange(repo, words[0]!, range))) words.shift();
  for (const word of words) if (!fs.existsSync(resolve(word))) await repo.need(word);
  // One commit is where to begin, unless a number or all is asked for.
  if (range.from.length === 1 && range.without.length === 0 && most === Number.POSITIVE_INFINITY && !known.has("root")) {
    range.without = range.from;
    range.from = [(await repo.commitOf("HEAD")).oid];
  }
  if (range.from.length === 0) range.from.push((await repo.commitOf("HEAD")).oid);
  const paths = new Paths(repo, [...words, ...(known.paths ?? [])]);
  const list = await walk(repo, range, { ...everything, merges: false, most, reverse: true, paths });
  const first = Number(known.get("start-number") ?? 1);
  const total = list.length + first - 1;
  const version = known.get("reroll-count");
  const prefix = `${known.has("rfc") ? "RFC " : ""}${known.get("subject-prefix") ?? "PATCH"}${version === undefined ? "" : ` v${version}`}`;
  const numbered = known.has("numbered") || (total > 1 && !known.has("no-numbered"));
  const folder = known.get("output-directory");
  const me = known.has("signoff") ? repo.who("COMMITTER") : undefined;
  if (folder !== undefined) fs.mkdirSync(resolve(folder), { recursive: true });
  for (const [i, { commit: c }] of list.entries()) {
    const n = first + i;
    const title = subject(c.message);
    const lines = c.message.trim().split("\n");
    const gap = lines.findIndex((l) => l.trim() === "");
    const body = gap < 0 ? "" : lines.slice(gap).join("\n").trim();
    const sign = me ? `Signed-off-by: ${me.name} <${me.email}>` : "";
    const text = [body, sign && !body.includes(sign) ? sign : ""].filter(Boolean).join(/(^|\n)[\w-]+: [^\n]*$/.test(body) ? "\n" : "\n\n");
    const tag = known.has("keep-subject") ? "" : `[${prefix}${numbered ? ` ${String(n).padStart(String(total).length, "0")}/${total}` : ""}] `;
    const name = PLAIN.test(c.author.name) ? c.author.name : encoded(c.author.name);
    const changes = await changedTrees(repo, c.parents[0] ? (await repo.objects.commit(c.parents[0])).tree : undefined, c.tree, paths.all ? undefined : paths.has);
    const head = [
      `From ${known.has("zero-commit") ? "0".repeat(40) : c.oid} Mon Sep 17 00:00:00 2001`,
      `From: ${name} <${c.author.email}>`,
      `Date: ${showDate(c.author, "rfc")}`,
      PLAIN.test(title) ? folded("Subject:", tag + title) : `Subject: ${tag}${encoded(title)}`,
      ...(PLAIN.test(title + text + c.author.name) ? [] : ["MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit"]),
    ];
    const shown = await present(repo, changes, o, how);
    const mail = `${head.join("\n")}\n\n${text ? `${text}\n` : ""}${stat ? "---\n" : "\n"}${shown}${known.has("no-signature") ? "" : `-- \n${known.get("signature") ?? "2.39.5"}\n\n`}`;
    if (known.has("stdout")) {
      out(i > 0 ? `\n${mail}` : mail);
      continue;
    }
    const file = `${folder === undefined ? "" : `${folder.replace(/\/+$/, "")}/`}${`${version === undefined ? "" : `v${version}-`}${String(n).padStart(4, "0")}-${fileName(title)}`.slice(0, NAME)}${known.get("suffix") ?? ".patch"}`;
    try {
      fs.writeFileSync(resolve(file), encode(mail));
    } catch (e) {
      throw new Failure(`cannot open patch file ${file}: ${(e as Error).message}`, 128);
    }
    if (!known.has("quiet")) out(`${file}\n`);
  }
  return 0;
}

// The mails that wait lie where git keeps them: .git/rebase-apply.

const STATE = "rebase-apply";
const RESOLVE = 'When you have resolved this problem, run "git am --continue".\nIf you prefer to skip this patch, run "git am --skip" instead.\n';
const RESTORE = 'To restore the original branch and stop patching, run "git am --abort".';

/** stopped ends am where the user is to go on. */
function stopped(text: string): number {
  out(text);
  return 128;
}

interface Mail {
  name: string;
  email: string;
  date: string;
  message: string;
  patch: string;
}

/** decoded reads the words of a header that stand for letters that are none of ASCII. */
function decoded(text: string): string {
  return text.replace(/\?=\s+=\?/g, "?==?").replace(/=\?([\w-]+)\?([qQbB])\?([^?]*)\?=/g, (_, __, kind: string, word: string) => {
    if (/b/i.test(kind)) return Buffer.from(word, "base64").toString();
    return Buffer.from(word.replace(/_/g, " ").replace(/=([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), "latin1").toString();
  });
}

function readMail(text: string): Mail {
  const lines = text.split("\n");
  const headers = new Map<string, string>();
  let at = lines[0]?.startsWith("From ") ? 1 : 0;
  let last = "";
  for (; at < lines.length && lines[at]!.trim() !== ""; at++) {
    const line = lines[at]!.replace(/\r$/, "");
    const found = /^([A-Za-z-]+): ?(.*)$/.exec(line);
    if (found) headers.set((last = found[1]!.toLowerCase()), found[2]!);
    else if (/^\s/.test(line) && last) headers.set(last, `${headers.get(last)}\n${line}`);
    else break;
  }
  const rest = lines.slice(at);
  const cut = rest.findIndex((l) => /^---\s*$|^diff --git |^--- a\/|^Index: /.test(l));
  const body = (cut < 0 ? rest : rest.slice(0, cut)).join("\n").trim();
  const title = decoded((headers.get("subject") ?? "").replace(/\n\s/g, " ")).replace(/^(\s*(\[[^\]]*\]|[Rr]e:))+\s*/, "").trim();
  const [, name = "", email = ""] = /^(.*?)\s*<([^>]*)>/.exec(decoded((headers.get("from") ?? "").replace(/\n\s/g, " "))) ?? [];
  return { name: name.replace(/^"(.*)"$/, "$1"), email, date: headers.get("date") ?? "", message: `${title}\n${body ? `\n${body}\n` : ""}`, patch: cut < 0 ? "" : rest.slice(cut).join("\n") };
}

/** am makes commits of mails. */
export async function am(args: string[], repo: Repo): Promise<number> {
  const o = parse(args, "--abort, --quit, --skip, --continue --resolved, -r, --show-current-patch?, -3 --3way, --no-3way, -q --quiet, -s --signoff, -k --keep, --keep-cr, --no-keep-cr, -u --utf8, --whitespace=, -C=, -p=, --directory=, --exclude=, --include=, --reject, --ignore-whitespace, --ignore-space-change, --committer-date-is-author-date, --ignore-date, --no-verify, -n, -i --interactive, --allow-empty, -c --scissors, --no-scissors, --patch-format=, -m --message-id, --rerere-autoupdate, -S --gpg-sign?");
  const next = repo.text(`${STATE}/next`);
  const resuming = ["abort", "quit", "skip", "resolved", "r", "show-current-patch"].some((n) => o.has(n));
  if (resuming && next === undefined) fail("Resolve operation not in progress, we are not resuming.");
  let mails: string[];
  if (!resuming) {
    if (next !== undefined) fail(`previous rebase directory ${repo.shownDir}/${STATE} still exists but mbox given.`);
    const texts = o.words.length > 0 ? o.words.map((w) => (fs.existsSync(resolve(w)) ? fs.readFileSync(resolve(w), "utf8") : fail(`could not open '${w}' for reading: No such file or directory`))) : [readStdin().toString()];
    mails = texts.flatMap((t) => t.replace(/\r\n/g, "\n").split(/^(?=From [0-9a-f]{40} )/m)).filter((m) => m.trim() !== "");
    const staged = (await look(repo, "no")).staged.map((p) => (p.now ?? p.old)!.path);
    if (staged.length > 0) throw new Failure(`Dirty index: cannot apply patches (dirty: ${staged.join(" ")})`, 128, "error: ");
    for (const [file, text] of Object.entries({ "orig-head": repo.head ?? "", mails: JSON.stringify(mails), next: "0", options: JSON.stringify({ three: o.has("3way"), sign: o.has("signoff"), quiet: o.has("quiet") }), applying: "" })) repo.place(`${STATE}/${file}`, text);
  } else mails = JSON.parse(repo.text(`${STATE}/mails`) ?? "[]") as string[];
  if (o.has("abort") || o.has("quit")) {
    const start = repo.text(`${STATE}/orig-head`)!.trim();
    if (o.has("abort")) {
      const reason = why(await new Worktree(repo).back(await repo.objects.files((await repo.objects.commit(start)).tree)));
      if (reason) fail(reason);
      if (start !== repo.head) repo.set("HEAD", start, "am --abort");
    }
    repo.drop(STATE);
    return 0;
  }
  const options = JSON.parse(repo.text(`${STATE}/options`) ?? "{}") as { three: boolean; sign: boolean; quiet: boolean };
  let n = Number(next ?? 0);
  if (o.has("show-current-patch")) {
    out(o.get("show-current-patch") === "diff" ? readMail(mails[n]!).patch : mails[n]!);
    return 0;
  }
  if (o.has("skip")) {
    const reason = why(await new Worktree(repo).back(await repo.headFiles()));
    if (reason) fail(reason);
    n++;
  }
  let solved = o.has("resolved") || o.has("r");
  for (; n < mails.length; n++) {
    repo.place(`${STATE}/next`, String(n));
    const mail = readMail(mails[n]!);
    const title = subject(mail.message);
    if (mail.patch === "" && !solved) return stopped(`Patch is empty.\n${RESOLVE}To record the empty patch as an empty commit, run "git am --allow-empty".\n${RESTORE}\n`);
    if (!options.quiet) out(`Applying: ${title}\n`);
    if (!solved) {
      repo.place(`${STATE}/patch`, mail.patch);
      const status = await apply([options.three ? "--3way" : "--index", ...["C", "p"].filter((k) => o.has(k)).map((k) => `-${k}${o.get(k)}`), ...["whitespace", "directory", "exclude", "include"].filter((k) => o.has(k)).map((k) => `--${k}=${o.get(k)}`), `${repo.gitdir}/${STATE}/patch`], repo, true);
      if (status !== 0) say("hint: Use 'git am --show-current-patch=diff' to see the failed patch\n");
      if (status !== 0) return stopped(`Patch failed at ${String(n + 1).padStart(4, "0")} ${title}\n${RESOLVE}${RESTORE}\n`);
    }
    const conflicts = repo.index.conflicts();
    if (conflicts.length > 0) return stopped(`You still have unmerged paths in your index.\nYou should 'git add' each file with resolved conflicts to mark them as such.\nYou might run \`git rm\` on a file to accept "deleted by them" for it.\n${RESOLVE}${RESTORE}\n`);
    const tree = repo.index.tree(repo.objects);
    if (solved && tree === (await repo.headTree())) return stopped(`No changes - did you forget to use 'git add'?\nIf there is nothing left to stage, chances are that something else\nalready introduced the same changes; you might want to skip this patch.\n${RESOLVE}${RESTORE}\n`);
    solved = false;
    let { message } = mail;
    if (options.sign) {
      const me = repo.who("COMMITTER");
      const line = `Signed-off-by: ${me.name} <${me.email}>`;
      if (!message.includes(line)) message = `${message.trimEnd()}\n${/\n[\w-]+: [^\n]*\n$/.test(message) ? "" : "\n"}${line}\n`;
    }
    const author = mail.email ? { name: mail.name, email: mail.email, ...parseDate(mail.date || undefined) } : undefined;
    const oid = write(repo, { tree, parents: repo.head ? [repo.head] : [], message, author });
    repo.set("HEAD", oid, `am: ${title}`);
  }
  repo.drop(STATE);
  return 0;
}
