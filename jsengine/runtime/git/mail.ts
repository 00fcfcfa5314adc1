import fs from "node:fs";
import { resolve } from "node:path";
import { parse } from "./args.ts";
import { showDate } from "./dates.ts";
import { type DiffOptions, type Output, changedTrees, plain, present, readOption, silent } from "./diff.ts";
import { Failure, fail } from "./failure.ts";
import { everything, fileName, readRange, subject, walk } from "./history.ts";
import { out } from "./io.ts";
import { Paths } from "./paths.ts";
import type { Repo } from "./repo.ts";
import { encode } from "./text.ts";

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
