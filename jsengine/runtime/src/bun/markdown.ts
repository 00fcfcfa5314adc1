// Bun.markdown: CommonMark with tables, strikethrough and task lists, as HTML.

import {
  ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSlice, EncodeURI, ParseInt, RegExpPrototypeExec, SafeMap, StringFromCodePoint, StringPrototypeIndexOf, StringPrototypeReplace, StringPrototypeSlice,
  StringPrototypeSplit, StringPrototypeToLowerCase, StringPrototypeToUpperCase, StringPrototypeTrim, StringPrototypeTrimEnd, StringPrototypeTrimStart,
} from "../primordials.ts";
import { badInput, inputText } from "./input.ts";
import { refuse } from "../node/unavailable.ts";

// maxDepth bounds how deep quotes and lists nest; deeper ones are text.
const maxDepth = 100;

interface Reference {
  url: string;
  title: string | undefined;
}

function escaped(s: string): string {
  return StringPrototypeReplace(StringPrototypeReplace(StringPrototypeReplace(StringPrototypeReplace(s, /&/g, "&amp;"), /</g, "&lt;"), />/g, "&gt;"), /"/g, "&quot;");
}

const entities: any = { __proto__: null, amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", copy: "©", reg: "®", trade: "™", hellip: "…", mdash: "—", ndash: "–", lsquo: "‘", rsquo: "’", ldquo: "“", rdquo: "”", laquo: "«", raquo: "»", bull: "•", middot: "·", times: "×", deg: "°", euro: "€", pound: "£", yen: "¥", cent: "¢", sect: "§", para: "¶", larr: "←", rarr: "→", uarr: "↑", darr: "↓", auml: "ä", ouml: "ö", uuml: "ü", Auml: "Ä", Ouml: "Ö", Uuml: "Ü", szlig: "ß", eacute: "é", egrave: "è" };

// unescaped resolves backslashes and entities, in addresses and titles.
function unescaped(s: string): string {
  return StringPrototypeReplace(s, /\\([!-/:-@[-`{-~])|&(#[xX]?[0-9a-fA-F]{1,7}|\w{2,31});/g, (all: string, c: string | undefined, e: string | undefined) => (c !== undefined ? c : entity(e!) ?? all));
}

function entity(e: string): string | undefined {
  if (e[0] !== "#") return entities[e];
  const hex = e[1] === "x" || e[1] === "X";
  const n = ParseInt(StringPrototypeSlice(e, hex ? 2 : 1), hex ? 16 : 10);
  return n !== n ? undefined : n === 0 || n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff) ? "\ufffd" : StringFromCodePoint(n);
}

function address(url: string): string {
  let out: string;
  try {
    out = StringPrototypeReplace(EncodeURI(url), /%25([0-9A-Fa-f]{2})/g, "%$1");
  } catch {
    out = url;
  }
  return escaped(out);
}

// ---- blocks ----

const item = /^( {0,3})([-+*]|(\d{1,9})([.)]))( +|$)/;
const rule = /^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$/;
const fence = /^( {0,3})(`{3,}|~{3,})([^`]*|(?:.*))$/;
const heading = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const htmlBlock = /^ {0,3}<(?:!--|\?|![A-Z]|\/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul|script|pre|style|textarea)(?=[\s/>]|$))/i;
const htmlLine = /^ {0,3}<(?:[A-Za-z][\w-]*(?:\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?|\/[A-Za-z][\w-]*\s*)>\s*$/;
const delimiters = /^ {0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const definition = /^ {0,3}\[((?:[^\\[\]]|\\.)+)\]:\s*(?:<([^<>\n]*)>|(\S+))(?:\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\(((?:[^()\\]|\\.)*)\)))?\s*$/;

class Renderer {
  references: Map<string, Reference> = new SafeMap();
  autolinks: boolean;
  ids: boolean;
  constructor(options: any) {
    this.autolinks = options?.autolinks === true;
    this.ids = options?.headings === true || options?.headingIds === true;
  }

  blocks(lines: string[], depth: number, tight: boolean): string {
    let out = "";
    let text: string[] = [];
    const flush = (): void => {
      if (text.length === 0) return;
      const body = this.inline(StringPrototypeTrim(ArrayPrototypeJoin(text, "\n")));
      text = [];
      if (body === "") return;
      out += tight ? `${out === "" || out[out.length - 1] === "\n" ? "" : "\n"}${body}` : `<p>${body}</p>\n`;
    };
    const add = (html: string): void => {
      flush();
      if (tight && out !== "" && out[out.length - 1] !== "\n") out += "\n";
      out += html;
    };
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!;
      if (StringPrototypeTrim(line) === "") {
        flush();
        continue;
      }
      let m: any;
      if (text.length > 0 && (m = RegExpPrototypeExec(/^ {0,3}(=+|-+)[ \t]*$/, line)) !== null) {
        const body = StringPrototypeTrim(ArrayPrototypeJoin(text, "\n"));
        text = [];
        add(this.heading(m[1][0] === "=" ? 1 : 2, body));
        continue;
      }
      if (text.length === 0 && RegExpPrototypeExec(/^(?: {4}|\t)/, line) !== null) {
        const code: string[] = [];
        for (; i < lines.length && (StringPrototypeTrim(lines[i]!) === "" || RegExpPrototypeExec(/^(?: {4}|\t)/, lines[i]!) !== null); i++) ArrayPrototypePush(code, StringPrototypeReplace(lines[i]!, /^(?: {1,4}|\t)/, ""));
        i--;
        add(`<pre><code>${escaped(StringPrototypeTrimEnd(ArrayPrototypeJoin(code, "\n")))}\n</code></pre>\n`);
        continue;
      }
      if ((m = RegExpPrototypeExec(heading, line)) !== null) {
        add(this.heading(m[1].length, StringPrototypeReplace(m[2] ?? "", /^#+$/, "")));
        continue;
      }
      if (RegExpPrototypeExec(rule, line) !== null) {
        add("<hr />\n");
        continue;
      }
      if ((m = RegExpPrototypeExec(fence, line)) !== null && !(m[2][0] === "`" && StringPrototypeIndexOf(m[3], "`") >= 0)) {
        const code: string[] = [];
        const mark: string = m[2];
        for (i++; i < lines.length; i++) {
          const end = RegExpPrototypeExec(/^ {0,3}(`{3,}|~{3,})[ \t]*$/, lines[i]!);
          if (end !== null && end[1][0] === mark[0] && end[1].length >= mark.length) break;
          let l = lines[i]!;
          for (let k = 0; k < m[1].length && l[0] === " "; k++) l = StringPrototypeSlice(l, 1);
          ArrayPrototypePush(code, l);
        }
        const language = StringPrototypeSplit(unescaped(StringPrototypeTrim(m[3])), /\s/)[0];
        add(`<pre><code${language === "" ? "" : ` class="language-${escaped(language)}"`}>${escaped(ArrayPrototypeJoin(code, "\n"))}${code.length > 0 ? "\n" : ""}</code></pre>\n`);
        continue;
      }
      if (RegExpPrototypeExec(/^ {0,3}>/, line) !== null && depth < maxDepth) {
        const inner: string[] = [];
        for (; i < lines.length; i++) {
          const l = lines[i]!;
          if (RegExpPrototypeExec(/^ {0,3}>/, l) !== null) ArrayPrototypePush(inner, StringPrototypeReplace(l, /^ {0,3}> ?/, ""));
          else if (this.continues(l) && inner.length > 0 && this.continues(inner[inner.length - 1]!)) ArrayPrototypePush(inner, StringPrototypeTrimStart(l));
          else break;
        }
        i--;
        add(`<blockquote>\n${this.blocks(inner, depth + 1, false)}</blockquote>\n`);
        continue;
      }
      m = RegExpPrototypeExec(item, line);
      if (m !== null && depth < maxDepth && (text.length === 0 || (m[5] !== "" && StringPrototypeTrim(line) !== m[2] && (m[3] === undefined || m[3] === "1")))) {
        flush();
        const list = this.list(lines, i, m, depth);
        add(list.html);
        i = list.end - 1;
        continue;
      }
      if (RegExpPrototypeExec(htmlBlock, line) !== null || (text.length === 0 && RegExpPrototypeExec(htmlLine, line) !== null)) {
        flush();
        const raw: string[] = [];
        const closes = RegExpPrototypeExec(/^ {0,3}<(!--|\?|!\[CDATA\[|!|script|pre|style|textarea)/i, line);
        const end = closes === null ? undefined : closes[1] === "!--" ? /-->/ : closes[1] === "?" ? /\?>/ : closes[1] === "!" ? />/ : /<\/(?:script|pre|style|textarea)>/i;
        for (; i < lines.length; i++) {
          if (end === undefined && StringPrototypeTrim(lines[i]!) === "") break;
          ArrayPrototypePush(raw, lines[i]!);
          if (end !== undefined && RegExpPrototypeExec(end, lines[i]!) !== null) break;
        }
        add(`${ArrayPrototypeJoin(raw, "\n")}\n`);
        continue;
      }
      if (text.length === 0 && i + 1 < lines.length && StringPrototypeIndexOf(line, "|") >= 0 && RegExpPrototypeExec(delimiters, lines[i + 1]!) !== null) {
        const aligns = cells(lines[i + 1]!);
        const head = cells(line);
        if (aligns.length === head.length) {
          let html = `<table>\n<thead>\n${this.row("th", head, aligns)}</thead>\n`;
          let body = "";
          for (i += 2; i < lines.length && this.continues(lines[i]!); i++) body += this.row("td", cells(lines[i]!), aligns);
          i--;
          html += body === "" ? "</table>\n" : `<tbody>\n${body}</tbody>\n</table>\n`;
          add(html);
          continue;
        }
      }
      if (text.length === 0 && RegExpPrototypeExec(definition, line) !== null) continue; // it was read before
      ArrayPrototypePush(text, StringPrototypeTrimStart(line));
    }
    flush();
    return out;
  }

  // continues reports whether a line may go on a paragraph.
  continues(line: string): boolean {
    return StringPrototypeTrim(line) !== "" && RegExpPrototypeExec(rule, line) === null && RegExpPrototypeExec(/^ {0,3}(?:#{1,6}(?:\s|$)|`{3}|~{3}|>)/, line) === null && RegExpPrototypeExec(item, line) === null && RegExpPrototypeExec(htmlBlock, line) === null;
  }

  heading(level: number, text: string): string {
    const body = this.inline(StringPrototypeTrim(text));
    if (!this.ids) return `<h${level}>${body}</h${level}>\n`;
    const id = escaped(StringPrototypeReplace(StringPrototypeReplace(StringPrototypeToLowerCase(StringPrototypeTrim(text)), /[^\p{L}\p{N} _-]/gu, ""), / /g, "-"));
    return `<h${level} id="${id}"><a href="#${id}">${body}</a></h${level}>\n`;
  }

  row(tag: string, list: string[], aligns: string[]): string {
    let out = "<tr>";
    for (let i = 0; i < aligns.length; i++) {
      const a = aligns[i]!;
      const left = a[0] === ":", right = a[a.length - 1] === ":";
      const align = left && right ? ' align="center"' : left ? ' align="left"' : right ? ' align="right"' : "";
      out += `<${tag}${align}>${this.inline(list[i] ?? "")}</${tag}>`;
    }
    return `${out}</tr>\n`;
  }

  list(lines: string[], at: number, first: any, depth: number): { html: string; end: number } {
    const ordered = first[3] !== undefined;
    const mark: string = ordered ? first[4] : first[2];
    const items: string[][] = [];
    let loose = false;
    let i = at;
    let blank = false;
    while (i < lines.length) {
      const m = RegExpPrototypeExec(item, lines[i]!);
      if (m === null || (m[3] !== undefined) !== ordered || (ordered ? m[4] : m[2]) !== mark || RegExpPrototypeExec(rule, lines[i]!) !== null) break;
      if (blank && items.length > 0) loose = true;
      const spaces: number = m[5].length;
      const indent = m[1].length + m[2].length + (spaces === 0 || spaces > 4 ? 1 : spaces);
      const body: string[] = [StringPrototypeSlice(lines[i]!, indent)];
      blank = false;
      let inner = false; // a blank line within the item
      for (i++; i < lines.length; i++) {
        const l = lines[i]!;
        if (StringPrototypeTrim(l) === "") {
          blank = true;
          ArrayPrototypePush(body, "");
          continue;
        }
        const lead = RegExpPrototypeExec(/^ */, l)[0].length;
        if (lead >= indent) {
          if (blank && RegExpPrototypeExec(item, StringPrototypeSlice(l, indent)) === null) inner = true;
          blank = false;
          ArrayPrototypePush(body, StringPrototypeSlice(l, indent));
        } else if (!blank && this.continues(l) && StringPrototypeTrim(body[body.length - 1]!) !== "") ArrayPrototypePush(body, StringPrototypeTrimStart(l));
        else break;
      }
      if (inner) loose = true;
      while (body.length > 1 && body[body.length - 1] === "") body.length--;
      ArrayPrototypePush(items, body);
    }
    let html = "";
    for (let k = 0; k < items.length; k++) {
      const body = items[k]!;
      const task = RegExpPrototypeExec(/^\[([ xX])\][ \t]+/, body[0]!);
      if (task !== null) body[0] = StringPrototypeSlice(body[0]!, task[0].length);
      const inside = this.blocks(body, depth + 1, !loose);
      const box = task === null ? "" : `<input type="checkbox" class="task-list-item-checkbox" disabled${task[1] === " " ? "" : " checked"}>`;
      html += `<li${task === null ? "" : ' class="task-list-item"'}>${loose && inside !== "" ? "\n" : ""}${box}${inside}</li>\n`;
    }
    const start = ordered && +first[3] !== 1 ? ` start="${+first[3]}"` : "";
    return { html: ordered ? `<ol${start}>\n${html}</ol>\n` : `<ul>\n${html}</ul>\n`, end: i };
  }

  // ---- what is within a block ----

  inline(s: string): string {
    const nodes: { html: string; mark: string; n: number; opens: boolean; closes: boolean; bracket: number }[] = [];
    const put = (html: string): void => {
      ArrayPrototypePush(nodes, { html, mark: "", n: 0, opens: false, closes: false, bracket: -1 });
    };
    const brackets: number[] = []; // nodes of open brackets
    let from = 0;
    let at = 0;
    const flush = (to: number): void => {
      if (to > from) put(escaped(StringPrototypeSlice(s, from, to)));
    };
    const pass = (end: number, html: string): void => {
      flush(at);
      put(html);
      at = from = end;
    };
    const runs: Map<number, number> = new SafeMap(); // from where on there is no run of so many backticks
    while (at < s.length) {
      const c = s[at]!;
      let m: any;
      switch (c) {
        case "\\":
          if (s[at + 1] === "\n") pass(at + 2, "<br />\n");
          else if (at + 1 < s.length && RegExpPrototypeExec(/^[!-/:-@[-`{-~]$/, s[at + 1]!) !== null) pass(at + 2, escaped(s[at + 1]!));
          else at++;
          continue;
        case "`": {
          let n = 1;
          while (s[at + n] === "`") n++;
          let end = -1;
          const none = runs.get(n);
          if (none === undefined || at < none) {
            for (let k = at + n; k < s.length; ) {
              if (s[k] !== "`") {
                k++;
                continue;
              }
              let w = 1;
              while (s[k + w] === "`") w++;
              if (w === n) {
                end = k;
                break;
              }
              k += w;
            }
            if (end < 0) runs.set(n, at);
          }
          if (end < 0) {
            at += n;
            continue;
          }
          let code = StringPrototypeReplace(StringPrototypeSlice(s, at + n, end), /\n/g, " ");
          if (code[0] === " " && code[code.length - 1] === " " && StringPrototypeTrim(code) !== "") code = StringPrototypeSlice(code, 1, -1);
          pass(end + n, `<code>${escaped(code)}</code>`);
          continue;
        }
        case "<": {
          const rest = StringPrototypeSlice(s, at, at + 4096);
          if ((m = RegExpPrototypeExec(/^<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>/, rest)) !== null) pass(at + m[0].length, `<a href="${address(m[1])}">${escaped(m[1])}</a>`);
          else if ((m = RegExpPrototypeExec(/^<([\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>/, rest)) !== null) pass(at + m[0].length, `<a href="mailto:${address(m[1])}">${escaped(m[1])}</a>`);
          else if ((m = RegExpPrototypeExec(/^<(?:[A-Za-z][\w-]*(?:\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?|\/[A-Za-z][\w-]*\s*|!--(?:[^-]|-(?!->))*--|\?[^>]*\?|![A-Z][^>]*)>/, rest)) !== null) pass(at + m[0].length, m[0]);
          else at++;
          continue;
        }
        case "&":
          m = RegExpPrototypeExec(/^&(#[xX]?[0-9a-fA-F]{1,7}|\w{2,31});/, StringPrototypeSlice(s, at, at + 40));
          if (m !== null && entity(m[1]) !== undefined) pass(at + m[0].length, escaped(entity(m[1])!));
          else at++;
          continue;
        case "\n": {
          let end = at;
          while (end > from && s[end - 1] === " ") end--;
          flush(end);
          put(at - end >= 2 ? "<br />\n" : "\n");
          at++;
          while (s[at] === " ") at++;
          from = at;
          continue;
        }
        case "!":
          if (s[at + 1] !== "[") {
            at++;
            continue;
          }
          flush(at);
          ArrayPrototypePush(brackets, nodes.length);
          ArrayPrototypePush(nodes, { html: "![", mark: "", n: 0, opens: false, closes: false, bracket: at + 2 });
          at = from = at + 2;
          continue;
        case "[":
          flush(at);
          ArrayPrototypePush(brackets, nodes.length);
          ArrayPrototypePush(nodes, { html: "[", mark: "", n: 0, opens: false, closes: false, bracket: at + 1 });
          at = from = at + 1;
          continue;
        case "]": {
          const open = brackets[brackets.length - 1];
          if (open === undefined) {
            at++;
            continue;
          }
          brackets.length--;
          const node = nodes[open]!;
          const target = this.target(s, at + 1, StringPrototypeSlice(s, node.bracket, at));
          if (target === undefined) {
            at++;
            continue;
          }
          flush(at);
          const image = node.html === "![";
          const inner = this.emphasis(ArrayPrototypeSlice(nodes, open + 1));
          nodes.length = open;
          const title = target.title === undefined ? "" : ` title="${escaped(target.title)}"`;
          put(image ? `<img src="${address(target.url)}" alt="${StringPrototypeReplace(inner, /<[^>]*>/g, "")}"${title} />` : `<a href="${address(target.url)}"${title}>${inner}</a>`);
          if (!image) { // a link has no links in it
            let kept = 0;
            for (let k = 0; k < brackets.length; k++) if (nodes[brackets[k]!]!.html === "![") brackets[kept++] = brackets[k]!;
            brackets.length = kept;
          }
          at = from = target.end;
          continue;
        }
        case "*": case "_": case "~": {
          let n = 1;
          while (s[at + n] === c) n++;
          const before = at === 0 ? " " : s[at - 1]!, after = at + n >= s.length ? " " : s[at + n]!;
          const white = (x: string): boolean => RegExpPrototypeExec(/^\s$/, x) !== null;
          const punct = (x: string): boolean => RegExpPrototypeExec(/^[\p{P}\p{S}]$/u, x) !== null;
          const left = !white(after) && (!punct(after) || white(before) || punct(before));
          const right = !white(before) && (!punct(before) || white(after) || punct(after));
          flush(at);
          const text = StringPrototypeSlice(s, at, at + n);
          ArrayPrototypePush(nodes, { html: text, mark: c === "~" && n > 2 ? "" : c, n, opens: c === "_" ? left && (!right || punct(before)) : left, closes: c === "_" ? right && (!left || punct(after)) : right, bracket: -1 });
          at = from = at + n;
          continue;
        }
        case "h": case "w":
          if (this.autolinks && (at === 0 || RegExpPrototypeExec(/^[\s*_~(]$/, s[at - 1]!) !== null) && (m = RegExpPrototypeExec(/^(?:https?:\/\/|www\.)[\w-]+(?:\.[\w-]+)+(?:[^\s<]*[^\s<?!.,:*_~'")])?/, StringPrototypeSlice(s, at, at + 2048))) !== null) pass(at + m[0].length, `<a href="${c === "w" ? "http://" : ""}${address(m[0])}">${escaped(m[0])}</a>`);
          else at++;
          continue;
        default:
          at++;
      }
    }
    flush(at);
    return this.emphasis(nodes);
  }

  // target is where a link leads: what follows its text, or a reference by its text.
  target(s: string, at: number, label: string): { url: string; title: string | undefined; end: number } | undefined {
    if (s[at] === "(") {
      const m = RegExpPrototypeExec(/^\(\s*(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.|\([^\s()]*\))*\))*))(?:\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\(((?:[^()\\]|\\.)*)\)))?\s*\)/, StringPrototypeSlice(s, at, at + 8192));
      if (m !== null) {
        const title = m[3] ?? m[4] ?? m[5];
        return { url: unescaped(m[1] ?? m[2] ?? ""), title: title === undefined ? undefined : unescaped(title), end: at + m[0].length };
      }
    }
    let end = at;
    if (s[at] === "[") {
      const close = StringPrototypeIndexOf(s, "]", at);
      if (close > at && close - at < 1000) {
        if (close > at + 1) label = StringPrototypeSlice(s, at + 1, close);
        end = close + 1;
      }
    }
    if (label.length > 999) return undefined;
    const r = this.references.get(normal(label));
    return r === undefined ? undefined : { url: r.url, title: r.title, end };
  }

  // emphasis pairs the marks of a list of nodes, and joins all.
  emphasis(nodes: any[]): string {
    const stack: number[] = [];
    for (let i = 0; i < nodes.length; i++) {
      const closer = nodes[i];
      if (closer.mark === "") continue;
      while (closer.closes && closer.n > 0) {
        let k = stack.length - 1;
        for (; k >= 0; k--) {
          const o = nodes[stack[k]!];
          if (o.mark !== closer.mark || o.n === 0) continue;
          if (closer.mark === "~" ? o.n === closer.n : !((o.closes || closer.opens) && (o.total + closer.html.length) % 3 === 0 && (o.total % 3 !== 0 || closer.html.length % 3 !== 0))) break;
        }
        if (k < 0) break;
        const o = nodes[stack[k]!];
        const w = closer.mark === "~" ? o.n : o.n >= 2 && closer.n >= 2 ? 2 : 1;
        const tag = closer.mark === "~" ? "del" : w === 2 ? "strong" : "em";
        o.n -= w;
        closer.n -= w;
        o.after = `<${tag}>${o.after ?? ""}`;
        closer.before = `${closer.before ?? ""}</${tag}>`;
        stack.length = o.n === 0 ? k : k + 1;
      }
      if (closer.opens && closer.n > 0) {
        closer.total = closer.html.length;
        ArrayPrototypePush(stack, i);
      }
    }
    let out = "";
    for (let i = 0; i < nodes.length; i++) {
      const n = nodes[i];
      out += n.mark === "" ? n.html : (n.before ?? "") + StringPrototypeSlice(n.html, 0, n.n) + (n.after ?? "");
    }
    return out;
  }
}

function normal(label: string): string {
  return StringPrototypeToUpperCase(StringPrototypeReplace(StringPrototypeTrim(label), /\s+/g, " "));
}

// cells parts a row of a table.
function cells(line: string): string[] {
  const out: string[] = [];
  let s = StringPrototypeTrim(line);
  if (s[0] === "|") s = StringPrototypeSlice(s, 1);
  let from = 0;
  for (let i = 0; i <= s.length; i++) {
    if (s[i] === "\\") i++;
    else if (i === s.length || s[i] === "|") {
      if (i === s.length && i === from && out.length > 0) break;
      ArrayPrototypePush(out, StringPrototypeReplace(StringPrototypeTrim(StringPrototypeSlice(s, from, i)), /\\\|/g, "|"));
      from = i + 1;
    }
  }
  return out;
}

function html(input?: any, options?: any): string {
  const s = input === undefined || input === null ? undefined : inputText(input);
  if (s === undefined) throw badInput("Expected a string or buffer to render");
  const r = new Renderer(options);
  const lines = StringPrototypeSplit(StringPrototypeReplace(StringPrototypeReplace(s, /\r\n?/g, "\n"), /\0/g, "\ufffd"), "\n");
  for (let i = 0; i < lines.length; i++) {
    const m = RegExpPrototypeExec(definition, lines[i]!);
    if (m === null) continue;
    const title = m[4] ?? m[5] ?? m[6];
    if (!r.references.has(normal(m[1]))) r.references.set(normal(m[1]), { url: unescaped(m[2] ?? m[3]), title: title === undefined ? undefined : unescaped(title) });
  }
  return r.blocks(lines, 0, false);
}

const why = "only Bun.markdown.html is here";
export const markdown = {
  html,
  ansi: (): never => refuse("Bun.markdown.ansi", why),
  render: (): never => refuse("Bun.markdown.render", why),
  react: (): never => refuse("Bun.markdown.react", why),
};
