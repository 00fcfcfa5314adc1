// HTMLRewriter: a stream of HTML, changed by handlers of its elements, texts and comments as it passes.
//
// What no handler touches passes as the bytes it was. HTML is therefore kept as strings with a character for each byte, and
// only what handlers see and give is decoded and encoded. Nothing is kept but open elements, and what a piece ends within.

import {
  ArrayPrototypeJoin, ArrayPrototypePush, FunctionPrototypeCall, MapPrototypeGet, MapPrototypeSet, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ReflectConstruct, RegExpPrototypeExec, SafeMap, SafeSet, StringPrototypeCharCodeAt, StringPrototypeIndexOf, StringPrototypeReplace,
  StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeToLowerCase, SymbolIterator, TypeError_, own, hide, isObject,
} from "../primordials.ts";
import { defineGlobal, webInterface } from "../globals.ts";
import { bufferBytes, exact, isBlob } from "../web/blob.ts";
import { Response, takeResponse } from "../web/fetch.ts";
import { chunkReader, makeReadable } from "../web/streams.ts";
import { coded } from "../node/errors.ts";
import { Node, isLetter, matches, parseSelector, rewriterError, type Selector } from "./html_selector.ts";
import { badInput } from "./input.ts";

const made = {}; // what the library's own constructors are called with

function bytesOf(s: string): string {
  return host.latin1Decode(host.utf8Encode(s));
}

function textOf(bytes: string): string {
  return host.utf8Decode(host.latin1Encode(bytes), false, true);
}

function escapeText(s: string): string {
  return StringPrototypeReplace(s, /[&<>]/g, (c: string) => (c === "&" ? "&amp;" : c === "<" ? "&lt;" : "&gt;"));
}

// contentOf is content that a handler gives, as bytes.
function contentOf(content: any, options: any): string {
  if (content === undefined || content === null) throw new TypeError_("Expected string");
  const s = `${content}`;
  return bytesOf(options?.html ? s : escapeText(s));
}

// Piece is one tag, comment or chunk of text, and what handlers put around it.
class Piece {
  raw: string;
  before = "";
  after = "";
  replacement = "";
  removed = false;
  constructor(raw: string) {
    this.raw = raw;
  }
  print(): string {
    return this.before + (this.removed ? this.replacement : this.raw) + this.after;
  }
}

interface Attribute {
  name: string; // decoded, in lower case
  value: string; // decoded
  raw: string;
}

class StartTag extends Piece {
  name: string; // as it is written
  lower: string;
  list: Attribute[] | undefined; // read when asked for
  selfClosing: boolean;
  changed = false;
  svg = "";
  isVoid = false;
  // What to do to the tag that ends it.
  inner = ""; // before it
  outer = ""; // after it
  rename: string | undefined;
  dropEnd = false;
  dropInner = false;
  onEnd: any;
  constructor(raw: string, nameEnd: number) {
    super(raw);
    this.name = StringPrototypeSlice(raw, 1, nameEnd);
    this.lower = StringPrototypeToLowerCase(this.name);
    this.selfClosing = raw[raw.length - 2] === "/" && !this.#endsInValue();
  }
  // endsInValue reports whether the slash at the tag's end is of a value.
  #endsInValue(): boolean {
    const list = this.attributes();
    if (list.length === 0) return false;
    const last = list[list.length - 1]!.raw;
    return last[last.length - 1] === "/" && StringPrototypeStartsWith(this.raw, last, this.raw.length - 1 - last.length);
  }
  attributes(): Attribute[] {
    return (this.list ??= readAttributes(this.raw, 1 + this.name.length));
  }
  find(name: string): string | undefined {
    const list = this.attributes();
    for (let i = 0; i < list.length; i++) if (list[i]!.name === name) return list[i]!.value;
    return undefined;
  }
  print(): string {
    if (this.changed) {
      const list = this.attributes();
      let s = `<${this.rename !== undefined ? bytesOf(this.rename) : this.name}`;
      for (let i = 0; i < list.length; i++) s += ` ${list[i]!.raw}`;
      this.raw = s + (this.selfClosing ? (list.length > 0 ? " />" : "/>") : ">");
    }
    return super.print();
  }
}

function isSpace(c: number): boolean {
  return c === 32 || c === 9 || c === 10 || c === 12 || c === 13;
}

// readAttributes reads those of a start tag, from where its name ends.
function readAttributes(raw: string, at: number): Attribute[] {
  const out: Attribute[] = [];
  const end = raw.length - 1;
  const skip = (): void => {
    while (at < end && isSpace(StringPrototypeCharCodeAt(raw, at))) at++;
  };
  for (;;) {
    skip();
    if (at >= end) return out;
    if (raw[at] === "/") {
      at++;
      continue;
    }
    const from = at++;
    for (; at < end; at++) {
      const c = StringPrototypeCharCodeAt(raw, at);
      if (c === 47 || c === 61 || isSpace(c)) break;
    }
    const name = StringPrototypeToLowerCase(textOf(StringPrototypeSlice(raw, from, at)));
    let to = at, value = "";
    skip();
    if (raw[at] === "=" && at < end) {
      at++;
      skip();
      const q = raw[at];
      let begin = at;
      if (q === '"' || q === "'") {
        begin++;
        at = StringPrototypeIndexOf(raw, q, begin); // tagEnd has seen it
        value = textOf(StringPrototypeSlice(raw, begin, at));
        at++;
      } else {
        while (at < end && !isSpace(StringPrototypeCharCodeAt(raw, at))) at++;
        value = textOf(StringPrototypeSlice(raw, begin, at));
      }
      to = at;
    }
    ArrayPrototypePush(out, { name, value, raw: StringPrototypeSlice(raw, from, to) });
  }
}

class Chunk extends Piece {
  text: string;
  last: boolean;
  constructor(bytes: string, last: boolean) {
    super(bytes);
    this.text = textOf(bytes);
    this.raw = bytesOf(this.text);
    this.last = last;
  }
}

class CommentPiece extends Piece {
  text: string;
  constructor(raw: string, text: string) {
    super(raw);
    this.text = textOf(text);
  }
}

class DoctypePiece extends Piece {
  ids: (string | null)[] = [null, null, null];
  constructor(raw: string) {
    super(raw);
    const m = RegExpPrototypeExec(/^<!doctype[\t\n\f\r ]*([^\t\n\f\r >]+)?(?:[\t\n\f\r ]+(public|system)[\t\n\f\r ]*(?:"([^">]*)"|'([^'>]*)')?(?:[\t\n\f\r ]*(?:"([^">]*)"|'([^'>]*)'))?)?/i, raw)!;
    const text = (s: string | undefined): string | null => (s === undefined ? null : textOf(s));
    const first = text(m[3] ?? m[4]), second = text(m[5] ?? m[6]);
    const isPublic = m[2] !== undefined && StringPrototypeToLowerCase(m[2]) === "public";
    this.ids = [m[1] === undefined ? null : StringPrototypeToLowerCase(textOf(m[1])), isPublic ? first : null, isPublic ? second : first];
  }
}

class EndPiece extends Piece {
  name: string;
  constructor(raw: string) {
    super(raw);
    const m = RegExpPrototypeExec(/^<\/([^\t\n\f\r \/>]*)/, raw)!;
    this.name = StringPrototypeToLowerCase(textOf(m[1]));
  }
}

// ---- what handlers are given: each answers while its handler runs ----

function pieceMethods(cls: any, chains: (o: any) => Piece | undefined): void {
  const add = (name: string, change: (p: Piece, s: string) => void): void => {
    ObjectDefineProperty(cls.prototype, name, {
      __proto__: null, writable: true, configurable: true, enumerable: true,
      value: { [name](this: any, content: any, options?: any): any {
        const p = chains(this);
        if (p === undefined) return undefined;
        change(p, contentOf(content, options));
        return this;
      } }[name],
    } as any);
  };
  add("before", (p, s) => { p.before += s; });
  add("after", (p, s) => { p.after = s + p.after; });
  if (cls !== EndTag) add("replace", (p, s) => { p.removed = true; p.replacement = s; });
}

// removal gives a class remove(), and removed where a handler can ask.
function removal(cls: any, pieceOf: (o: any) => Piece | undefined, remove: (p: any) => void): void {
  const methods = {
    get removed(): any { return pieceOf(this)?.removed; },
    remove(): any {
      const p = pieceOf(this);
      if (p === undefined) return undefined;
      remove(p);
      return this;
    },
  };
  if (cls !== EndTag) ObjectDefineProperty(cls.prototype, "removed", { __proto__: null, configurable: true, enumerable: true, get: ObjectGetOwnPropertyDescriptor(methods, "removed")!.get } as any);
  ObjectDefineProperty(cls.prototype, "remove", { __proto__: null, writable: true, configurable: true, enumerable: true, value: methods.remove } as any);
}

function illegal(key: any): void {
  if (key !== made) throw coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
}

class TextChunk {
  #p: Chunk | undefined;
  constructor(key: any, p: any) {
    illegal(key);
    this.#p = p;
  }
  static of = (o: any): Chunk | undefined => o.#p;
  static free = (o: any): void => { o.#p = undefined; };
  get text(): any { return this.#p?.text; }
  get lastInTextNode(): any { return this.#p?.last; }
}

class Comment {
  #p: CommentPiece | undefined;
  constructor(key: any, p: any) {
    illegal(key);
    this.#p = p;
  }
  static of = (o: any): CommentPiece | undefined => o.#p;
  static free = (o: any): void => { o.#p = undefined; };
  get text(): any { return this.#p?.text; }
  set text(v: any) {
    if (this.#p === undefined) return;
    const s = `${v}`;
    if (StringPrototypeIndexOf(s, "-->") >= 0) throw rewriterError("Comment text shouldn't contain comment closing sequence (`-->`).");
    this.#p.text = s;
    this.#p.raw = `<!--${bytesOf(s)}-->`;
  }
}

class DocType {
  #p: DoctypePiece | undefined;
  constructor(key: any, p: any) {
    illegal(key);
    this.#p = p;
  }
  static of = (o: any): DoctypePiece | undefined => o.#p;
  static free = (o: any): void => { o.#p = undefined; };
  get name(): any { return this.#p?.ids[0]; }
  get publicId(): any { return this.#p?.ids[1]; }
  get systemId(): any { return this.#p?.ids[2]; }
}

class DocEnd {
  #p: Piece | undefined;
  constructor(key: any, p: any) {
    illegal(key);
    this.#p = p;
  }
  static free = (o: any): void => { o.#p = undefined; };
  append(content: any, options?: any): any {
    if (this.#p === undefined) return undefined;
    this.#p.before += contentOf(content, options);
    return this;
  }
}

// checkName throws unless a tag can be called so.
function checkName(name: string): void {
  if (name === "") throw rewriterError("Tag name can't be empty.");
  if (!isLetter(name, 0)) throw rewriterError("The first character of the tag name should be an ASCII alphabetical character.");
  const m = RegExpPrototypeExec(/[\t\n\f\r />]/, name);
  if (m !== null) throw rewriterError(`\`${m[0]}\` character is forbidden in the tag name`);
}

class EndTag {
  #p: EndPiece | undefined;
  constructor(key: any, p: any) {
    illegal(key);
    this.#p = p;
  }
  static of = (o: any): EndPiece | undefined => o.#p;
  static free = (o: any): void => { o.#p = undefined; };
  get name(): any { return this.#p?.name; }
  set name(v: any) {
    if (this.#p === undefined) return;
    const s = `${v}`;
    checkName(s);
    this.#p.name = s;
    this.#p.raw = `</${bytesOf(s)}>`;
  }
}

class AttributeIterator {
  #list: Attribute[];
  #at = 0;
  constructor(key: any, list: any) {
    illegal(key);
    this.#list = list;
  }
  next(): any {
    const a = this.#list[this.#at++];
    return a === undefined ? { value: undefined, done: true } : { value: [a.name, a.value], done: false };
  }
  [SymbolIterator](): any {
    return this;
  }
}

class Element {
  #p: StartTag | undefined;
  constructor(key: any, p: any) {
    illegal(key);
    this.#p = p;
  }
  static of = (o: any): StartTag | undefined => o.#p;
  static free = (o: any): void => { o.#p = undefined; };
  get tagName(): any { return this.#p === undefined ? undefined : StringPrototypeToLowerCase(this.#p.rename ?? this.#p.name); }
  set tagName(v: any) {
    if (this.#p === undefined) return;
    const s = `${v}`;
    checkName(s);
    this.#p.rename = s;
    this.#p.changed = true;
  }
  get namespaceURI(): any {
    return this.#p === undefined ? undefined : this.#p.svg === "svg" ? "http://www.w3.org/2000/svg" : this.#p.svg === "math" ? "http://www.w3.org/1998/Math/MathML" : "http://www.w3.org/1999/xhtml";
  }
  get selfClosing(): any { return this.#p?.selfClosing; }
  get canHaveContent(): any { return this.#p === undefined ? undefined : !this.#p.isVoid; }
  get attributes(): any {
    if (this.#p === undefined) return undefined;
    const copy: Attribute[] = [], list = this.#p.attributes();
    for (let i = 0; i < list.length; i++) ArrayPrototypePush(copy, list[i]!);
    return new AttributeIterator(made, copy);
  }
  getAttribute(name: any): string | null {
    return this.#p?.find(StringPrototypeToLowerCase(`${name}`)) ?? null;
  }
  hasAttribute(name: any): boolean {
    return this.#p?.find(StringPrototypeToLowerCase(`${name}`)) !== undefined;
  }
  setAttribute(name: any, value: any): any {
    const p = this.#p;
    if (p === undefined) return undefined;
    const key: string = StringPrototypeToLowerCase(`${name}`), text = `${value}`;
    if (key === "") throw rewriterError("Attribute name can't be empty.");
    const m = RegExpPrototypeExec(/[\t\n\f\r />=]/, key);
    if (m !== null) throw rewriterError(`\`${m[0]}\` character is forbidden in the attribute name`);
    const list = p.attributes();
    const quoted = `="${bytesOf(StringPrototypeReplace(text, /"/g, "&quot;"))}"`;
    p.changed = true;
    for (let i = 0; i < list.length; i++) {
      const a = list[i]!;
      if (a.name !== key) continue;
      a.value = text;
      a.raw = RegExpPrototypeExec(/^.[^\t\n\f\r /=]*/s, a.raw)![0] + quoted;
      return this;
    }
    ArrayPrototypePush(list, { name: key, value: text, raw: bytesOf(key) + quoted });
    return this;
  }
  removeAttribute(name: any): any {
    const p = this.#p;
    if (p === undefined) return undefined;
    const key = StringPrototypeToLowerCase(`${name}`), list = p.attributes(), left: Attribute[] = [];
    for (let i = 0; i < list.length; i++) if (list[i]!.name !== key) ArrayPrototypePush(left, list[i]!);
    if (left.length < list.length) {
      p.list = left;
      p.changed = true;
    }
    return this;
  }
  before(content: any, options?: any): any {
    return this.#content(content, options, (p, s) => { p.before += s; });
  }
  after(content: any, options?: any): any {
    return this.#content(content, options, (p, s) => { if (p.isVoid) p.after = s + p.after; else p.outer = s + p.outer; });
  }
  prepend(content: any, options?: any): any {
    return this.#content(content, options, (p, s) => { if (!p.isVoid) p.after = s + p.after; });
  }
  append(content: any, options?: any): any {
    return this.#content(content, options, (p, s) => { if (!p.isVoid) p.inner += s; });
  }
  setInnerContent(content: any, options?: any): any {
    return this.#content(content, options, (p, s) => {
      if (p.isVoid) return;
      p.after = s;
      p.inner = "";
      p.dropInner = true;
    });
  }
  replace(content: any, options?: any): any {
    return this.#content(content, options, (p, s) => {
      drop(p);
      p.replacement = s;
    });
  }
  removeAndKeepContent(): any {
    if (this.#p === undefined) return undefined;
    this.#p.removed = this.#p.dropEnd = true;
    return this;
  }
  onEndTag(handler: any): any {
    if (this.#p === undefined) return undefined;
    if (typeof handler !== "function") throw new TypeError_("Expected a function");
    if (this.#p.isVoid) throw rewriterError("No end tag.");
    this.#p.onEnd = handler;
    return this;
  }
  #content(content: any, options: any, change: (p: StartTag, s: string) => void): any {
    if (this.#p === undefined) return undefined;
    change(this.#p, contentOf(content, options));
    return this;
  }
}

function dropPiece(p: Piece): void {
  p.removed = true;
  p.replacement = "";
}

// drop removes an element and what is in it.
function drop(p: StartTag): void {
  p.removed = p.dropEnd = p.dropInner = true;
  p.replacement = p.inner = "";
  if (!p.isVoid) p.after = "";
}

const textPiece = TextChunk.of, commentPiece = Comment.of, doctypePiece = DocType.of, endPiece = EndTag.of, elementPiece = Element.of;
const release: ((o: any) => void)[] = [TextChunk.free, Comment.free, DocType.free, DocEnd.free, EndTag.free, Element.free];
const classes: any[] = [TextChunk, Comment, DocType, DocEnd, EndTag, Element];
for (let i = 0; i < classes.length; i++) {
  delete classes[i].of;
  delete classes[i].free;
}
pieceMethods(TextChunk, textPiece);
pieceMethods(Comment, commentPiece);
pieceMethods(EndTag, endPiece);
removal(TextChunk, textPiece, dropPiece);
removal(Comment, commentPiece, dropPiece);
removal(DocType, doctypePiece, dropPiece);
removal(EndTag, endPiece, dropPiece);
removal(Element, elementPiece, drop);

// ---- the machine ----

interface Handlers {
  self: any; // what the functions are called on
  element: any;
  text: any;
  comments: any;
  doctype: any;
  end: any;
  selector: Selector | undefined; // of the whole document if there is none
}

// Call is a call of a handler that is due.
interface Call {
  fn: any;
  self: any;
  kind: number; // of its argument
  argument: any;
}

interface Open {
  node: Node;
  lower: string;
  ns: string; // that its children are in
  hits: number[]; // handlers whose selectors it matches
  tag: StartTag | undefined; // if something is to be done when it ends
}

const voids: Set<string> = new SafeSet<string>();
const raws: Set<string> = new SafeSet<string>();
const points: Set<string> = new SafeSet<string>(); // elements of SVG and MathML with HTML in them
function fill(set: Set<string>, names: string[]): void {
  for (let i = 0; i < names.length; i++) set.add(names[i]!);
}
fill(voids, ["area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr"]);
fill(raws, ["title", "textarea", "style", "xmp", "iframe", "noembed", "noframes", "noscript", "script", "plaintext"]);
fill(points, ["foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext", "annotation-xml"]);

// maxName bounds what may be the name of an end tag that ends raw text.
const maxName = 16;

// Machine reads HTML piece by piece. A call of step() does what can be done: it returns what a handler returned, if that has
// to be waited for before the next call, or undefined when more input is needed.
class Machine {
  #handlers: Handlers[];
  #buffer = "";
  #at = 0;
  #final = false;
  #ended = false;
  #out: string[] = [];
  #root: Node = new Node("", undefined, () => undefined);
  #open: Open[] = [];
  #names: Map<string, number> = new SafeMap<string, number>(); // how many of a name are open
  #active: number[] = []; // by handler, how many open elements its selector matches
  #texts = 0; // handlers of text that hear
  #silent = -1; // the open element whose content is dropped; -1: none
  #inText = false; // a text has begun that was not ended
  #raw = ""; // the element whose raw text is read
  #passed = -1; // a "<" in a script that was looked at, and begins nothing
  #escape = 0; // of a script: 1 within <!--, 2 within <script> in there
  #calls: Call[] = []; // of handlers, for the piece in hand
  #called = 0; // how many of them were
  #finish: (() => void) | undefined;

  constructor(handlers: Handlers[]) {
    this.#handlers = handlers;
    for (let i = 0; i < handlers.length; i++) {
      ArrayPrototypePush(this.#active, handlers[i]!.selector === undefined ? 1 : 0);
      if (handlers[i]!.selector === undefined && handlers[i]!.text !== undefined) this.#texts++;
    }
  }

  write(bytes: string): void {
    this.#buffer = StringPrototypeSlice(this.#buffer, this.#at) + bytes;
    this.#passed = this.#passed === this.#at ? 0 : -1;
    this.#at = 0;
  }
  end(): void {
    this.#final = true;
  }
  // take is what came out since it was asked last.
  take(): string {
    const s = ArrayPrototypeJoin(this.#out, "");
    this.#out = [];
    return s;
  }

  step(): any {
    for (;;) {
      // What the last handler was given answers no more.
      if (this.#called > 0) release[this.#calls[this.#called - 1]!.kind]!(this.#calls[this.#called - 1]!.argument);
      if (this.#called < this.#calls.length) {
        const c = this.#calls[this.#called++]!;
        const r = FunctionPrototypeCall(c.fn, c.self, c.argument);
        if (r !== null && typeof r === "object" && host.promiseState(r) !== undefined) return r;
        continue;
      }
      this.#calls = [];
      this.#called = 0;
      if (this.#finish !== undefined) {
        const f = this.#finish;
        this.#finish = undefined;
        f();
        continue;
      }
      if (!this.#next()) return undefined;
    }
  }

  #put(s: string): void {
    if (this.#silent < 0 && s !== "") ArrayPrototypePush(this.#out, s);
  }

  #call(self: any, fn: any, kind: number, piece: any): void {
    ArrayPrototypePush(this.#calls, { fn, self, kind, argument: new classes[kind](made, piece) });
  }

  // next reads one piece; false: there is none yet.
  #next(): boolean {
    const s = this.#buffer;
    if (this.#at >= s.length) {
      if (!this.#final || this.#ended) return false;
      if (this.#lastText()) return true;
      this.#ended = true;
      this.#silent = -1;
      const piece = new Piece("");
      for (let i = 0; i < this.#handlers.length; i++) if (this.#handlers[i]!.end !== undefined) this.#call(this.#handlers[i]!.self, this.#handlers[i]!.end, 3, piece);
      this.#finish = () => this.#put(piece.print());
      return true;
    }
    if (this.#raw !== "") return this.#rawText();
    const lt = StringPrototypeIndexOf(s, "<", this.#at);
    if (lt !== this.#at) return this.#text(lt < 0 ? s.length : lt, lt >= 0);
    const c = s[lt + 1];
    if (c === undefined && !this.#final) return false;
    if (c !== undefined && isLetter(s, lt + 1)) {
      const end = tagEnd(s, lt + 1);
      if (end < 0) return this.#cut();
      return this.#lastText() || this.#start(this.#advance(end));
    }
    if (c === "/") {
      const d = s[lt + 2];
      if (d === undefined) return this.#final ? this.#text(s.length, true) : false;
      if (d === ">") {
        if (!this.#lastText()) this.#put(this.#advance(lt + 3));
        return true;
      }
      if (!isLetter(s, lt + 2)) return this.#comment(lt + 2, ">", 0);
      const end = tagEnd(s, lt + 2);
      if (end < 0) return this.#cut();
      return this.#lastText() || this.#endTag(this.#advance(end));
    }
    if (c === "?") return this.#comment(lt + 1, ">", 0);
    if (c !== "!") return this.#text(lt + 1, true);
    if (!this.#final && s.length < lt + 10) {
      const rest = StringPrototypeToLowerCase(StringPrototypeSlice(s, lt));
      if (StringPrototypeStartsWith("<!doctype", rest) || StringPrototypeStartsWith("<![cdata[", rest) || StringPrototypeStartsWith("<!-->", rest) || StringPrototypeStartsWith("<!--->", rest)) return false;
    }
    if (StringPrototypeStartsWith(s, "<!--", lt)) {
      if (s[lt + 4] === ">") return this.#comment(lt + 4, ">", 0);
      if (s[lt + 4] === "-" && s[lt + 5] === ">") return this.#comment(lt + 4, "->", 0);
      let end = StringPrototypeIndexOf(s, "-->", lt + 4), mark = "-->";
      const other = StringPrototypeIndexOf(s, "--!>", lt + 4);
      if (other >= 0 && (end < 0 || other < end)) end = other, mark = "--!>";
      return this.#comment(lt + 4, mark, end);
    }
    if (RegExpPrototypeExec(/^<!doctype/i, StringPrototypeSlice(s, lt, lt + 9)) !== null) {
      const end = StringPrototypeIndexOf(s, ">", lt);
      if (end < 0) return this.#cut();
      if (this.#lastText()) return true;
      const piece = new DoctypePiece(this.#advance(end + 1));
      for (let i = 0; i < this.#handlers.length; i++) if (this.#handlers[i]!.doctype !== undefined) this.#call(this.#handlers[i]!.self, this.#handlers[i]!.doctype, 2, piece);
      this.#finish = () => this.#put(piece.print());
      return true;
    }
    if (this.#ns() !== "" && StringPrototypeStartsWith(s, "<![CDATA[", lt)) {
      const end = StringPrototypeIndexOf(s, "]]>", lt + 9);
      if (end < 0) return this.#final ? this.#text(s.length, true) : false;
      if (this.#at < lt + 9) this.#put(this.#advance(lt + 9));
      this.#raw = "]]>";
      return true;
    }
    return this.#comment(lt + 2, ">", 0);
  }

  // cut is what to do with a tag that does not end yet.
  #cut(): boolean {
    if (!this.#final) return false;
    if (!this.#lastText()) this.#put(this.#advance(this.#buffer.length));
    return true;
  }

  #advance(to: number): string {
    const from = this.#at;
    this.#at = to;
    return StringPrototypeSlice(this.#buffer, from, to);
  }

  #ns(): string {
    return this.#open.length === 0 ? "" : this.#open[this.#open.length - 1]!.ns;
  }

  // text passes text on, to where it ends; whole: what follows is known. A character in UTF-8 stays whole.
  #text(to: number, whole: boolean): boolean {
    if (this.#texts === 0) {
      this.#put(this.#advance(to));
      return true;
    }
    if (!whole && !this.#final) {
      let back = to - 1;
      while (back > this.#at && back > to - 4 && (StringPrototypeCharCodeAt(this.#buffer, back) & 0xc0) === 0x80) back--;
      const lead = StringPrototypeCharCodeAt(this.#buffer, back);
      const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
      if (back + size > to) to = back;
      if (to === this.#at) return false;
    }
    this.#inText = true;
    this.#heard(this.#advance(to), false);
    return true;
  }

  #heard(bytes: string, last: boolean): void {
    const piece = new Chunk(bytes, last);
    for (let i = 0; i < this.#handlers.length; i++) if (this.#active[i]! > 0 && this.#handlers[i]!.text !== undefined) this.#call(this.#handlers[i]!.self, this.#handlers[i]!.text, 0, piece);
    this.#finish = () => this.#put(piece.print());
  }

  // lastText ends the text that is read; false: there is none.
  #lastText(): boolean {
    if (!this.#inText) return false;
    this.#inText = false;
    this.#heard("", true);
    return true;
  }

  // comment is that from a place to a mark, which is found at end; 0: it is looked for.
  #comment(from: number, mark: string, end: number): boolean {
    const s = this.#buffer;
    if (end === 0) end = StringPrototypeIndexOf(s, mark, from);
    if (end < 0 && !this.#final) return false;
    if (this.#lastText()) return true;
    const text = StringPrototypeSlice(s, from, end < 0 ? s.length : end);
    const raw = this.#advance(end < 0 ? s.length : end + mark.length);
    let piece: CommentPiece | undefined;
    for (let i = 0; i < this.#handlers.length; i++) {
      if (this.#active[i]! > 0 && this.#handlers[i]!.comments !== undefined) this.#call(this.#handlers[i]!.self, this.#handlers[i]!.comments, 1, (piece ??= new CommentPiece(raw, text)));
    }
    if (piece === undefined) this.#put(raw);
    else this.#finish = () => this.#put(piece!.print());
    return true;
  }

  #start(raw: string): boolean {
    const m = RegExpPrototypeExec(/^<[^\t\n\f\r \/>]+/, raw)!;
    const tag = new StartTag(raw, m[0].length);
    const name = tag.lower;
    const outside = this.#ns(); // what the element is in
    let ns = outside, inner: string;
    if (ns === "") inner = name === "svg" ? "svg" : name === "math" ? "math" : "";
    else inner = points.has(name) ? "" : ns;
    if (inner !== "" || ns !== "") ns = inner;
    tag.svg = ns;
    const parent = this.#open.length === 0 ? this.#root : this.#open[this.#open.length - 1]!.node;
    const node = new Node(name, parent, (n) => tag.find(n));
    tag.isVoid = ns === "" ? voids.has(name) : tag.selfClosing;
    const hits: number[] = [];
    let heard = false;
    for (let i = 0; i < this.#handlers.length; i++) {
      const h = this.#handlers[i]!;
      if (h.selector === undefined || !matches(h.selector, node)) continue;
      ArrayPrototypePush(hits, i);
      if (h.element !== undefined) {
        heard = true;
        this.#call(h.self, h.element, 5, tag);
      }
    }
    // What later selectors ask of this element is how it was written.
    if (heard) node.attribute = frozen(tag);
    const finish = (): void => {
      this.#put(tag.print());
      if (tag.isVoid) return;
      const todo = heard && (tag.inner !== "" || tag.outer !== "" || tag.rename !== undefined || tag.dropEnd || tag.dropInner || tag.onEnd !== undefined);
      MapPrototypeSet(this.#names, name, ((MapPrototypeGet(this.#names, name) as number | undefined) ?? 0) + 1);
      ArrayPrototypePush(this.#open, { node, lower: name, ns: inner, hits, tag: todo ? tag : undefined });
      this.#count(hits, 1);
      if (tag.dropInner && this.#silent < 0) this.#silent = this.#open.length - 1;
      if (outside === "" && raws.has(name)) {
        this.#raw = name;
        this.#escape = 0;
      }
    };
    if (heard) this.#finish = finish;
    else finish();
    return true;
  }

  #count(hits: number[], by: number): void {
    for (let i = 0; i < hits.length; i++) {
      const h = hits[i]!;
      const was = this.#active[h]!;
      this.#active[h] = was + by;
      if (this.#handlers[h]!.text !== undefined && (was === 0 || was + by === 0)) this.#texts += by;
    }
  }

  #endTag(raw: string): boolean {
    const m = RegExpPrototypeExec(/^<\/([^\t\n\f\r \/>]+)/, raw)!;
    const name = StringPrototypeToLowerCase(m[1]);
    if (!MapPrototypeGet(this.#names, name)) { // it ends nothing
      this.#put(raw);
      return true;
    }
    let at = this.#open.length - 1;
    while (this.#open[at]!.lower !== name) at--;
    // All elements in it end as well. What was to be done when they end is done to this tag; of handlers only the outermost is asked.
    let piece: EndPiece | undefined;
    let handler: StartTag | undefined;
    for (let i = at; i < this.#open.length; i++) if (this.#open[i]!.tag !== undefined) {
      handler = this.#open[i]!.tag;
      break;
    }
    for (let i = this.#open.length - 1; i >= at; i--) {
      const o = this.#open[i]!;
      this.#count(o.hits, -1);
      MapPrototypeSet(this.#names, o.lower, (MapPrototypeGet(this.#names, o.lower) as number) - 1);
    }
    this.#open.length = at;
    if (this.#silent >= at) this.#silent = -1;
    if (handler === undefined) {
      this.#put(raw);
      return true;
    }
    piece = new EndPiece(raw);
    piece.before = handler.inner;
    piece.after = handler.outer;
    piece.removed = handler.dropEnd;
    if (handler.rename !== undefined) piece.raw = `</${bytesOf(handler.rename)}>`;
    if (handler.onEnd !== undefined) this.#call(undefined, handler.onEnd, 4, piece);
    this.#finish = () => this.#put(piece!.print());
    return true;
  }

  // rawText reads the text of an element in which there are no tags but its own end.
  #rawText(): boolean {
    const s = this.#buffer, at = this.#at, name = this.#raw;
    if (name === "plaintext") return this.#text(s.length, false);
    if (name === "]]>") {
      const end = StringPrototypeIndexOf(s, "]]>", at);
      if (end === at) {
        this.#raw = "";
        if (!this.#lastText()) this.#put(this.#advance(at + 3));
        else this.#raw = name;
        return true;
      }
      if (end < 0 && !this.#final) return false;
      return this.#text(end < 0 ? s.length : end, true);
    }
    if (s[at] !== "<" || (this.#escape > 0 && this.#passed === at)) {
      let to = StringPrototypeIndexOf(s, "<", at + 1);
      if (this.#escape > 0) {
        const close = StringPrototypeIndexOf(s, "-->", this.#passed === at ? at + 2 : at);
        if (close >= 0 && (to < 0 || close < to)) {
          this.#escape = 0;
          return this.#text(close + 2, true);
        }
        if (to < 0 && !this.#final) {
          to = s.length - 2;
          return to > at && this.#text(to, false);
        }
      }
      return this.#text(to < 0 ? s.length : to, to >= 0);
    }
    if (!this.#final && s.length < at + maxName && StringPrototypeIndexOf(s, ">", at) < 0) return false;
    if (s[at + 1] === "/" && this.#escape < 2) {
      let to = at + 2;
      while (to < s.length && isLetter(s, to)) to++;
      const ends = StringPrototypeToLowerCase(StringPrototypeSlice(s, at + 2, to)) === name && to < s.length && RegExpPrototypeExec(/[\t\n\f\r \/>]/, s[to]!) !== null;
      if (ends) {
        const end = tagEnd(s, at + 2);
        if (end < 0) return this.#cut();
        if (this.#lastText()) return true;
        this.#raw = "";
        return this.#endTag(this.#advance(end));
      }
      if (this.#escape === 0) return this.#text(to, true);
    }
    if (name === "script") {
      const word = RegExpPrototypeExec(/^<(\/?)script[\t\n\f\r \/>]/i, StringPrototypeSlice(s, at, at + 9));
      if (this.#escape > 0) {
        if (word !== null) this.#escape = word[1] === "" ? 2 : 1;
        this.#passed = at;
        return true;
      }
      if (StringPrototypeStartsWith(s, "<!--", at)) {
        this.#escape = 1;
        this.#passed = at;
        return true;
      }
      if (s[at + 1] === "!") return this.#text(at + 2, true);
    }
    return this.#text(at + 1, true);
  }
}

// frozen is what a tag says of attributes now, whatever becomes of them.
function frozen(tag: StartTag): (name: string) => string | undefined {
  const list = tag.attributes();
  const names: string[] = [], values: string[] = [];
  for (let i = 0; i < list.length; i++) {
    ArrayPrototypePush(names, list[i]!.name);
    ArrayPrototypePush(values, list[i]!.value);
  }
  return (name) => {
    for (let i = 0; i < names.length; i++) if (names[i] === name) return values[i];
    return undefined;
  };
}

// tagEnd is where a tag ends, from its name on; -1: not in s.
function tagEnd(s: string, at: number): number {
  const first = StringPrototypeIndexOf(s, ">", at);
  if (first < 0 || RegExpPrototypeExec(/["']/, StringPrototypeSlice(s, at, first)) === null) return first < 0 ? -1 : first + 1;
  // A quote matters only where a value begins.
  let state = 0; // 0 between or in names, 1 after "=", 2 in a value without quotes
  let named = false;
  while (!isSpace(StringPrototypeCharCodeAt(s, at)) && s[at] !== "/" && s[at] !== ">") at++;
  for (; at < s.length; at++) {
    const c = StringPrototypeCharCodeAt(s, at);
    if (c === 62) return at + 1;
    const space = isSpace(c);
    if (state === 1) {
      if (space) continue;
      if (c === 34 || c === 39) {
        at = StringPrototypeIndexOf(s, s[at], at + 1);
        if (at < 0) return -1;
        state = 0;
        named = false;
      } else state = 2;
    } else if (state === 2) {
      if (space) {
        state = 0;
        named = false;
      }
    } else if (c === 61 && named) state = 1;
    else if (c === 47) named = false;
    else if (!space) named = true;
  }
  return -1;
}

// ---- what programs see ----

const handlerNames = ["element", "comments", "text"];
const documentNames = ["doctype", "comments", "text", "end"];

function handlersOf(given: any, names: string[], selector: Selector | undefined): Handlers {
  const h: any = { self: given, element: undefined, text: undefined, comments: undefined, doctype: undefined, end: undefined, selector };
  for (let i = 0; i < names.length; i++) {
    const f = given[names[i]!];
    if (f === undefined) continue;
    if (typeof f !== "function") throw badInput(`${names[i]} must be a function`);
    h[names[i]!] = f;
  }
  return h;
}

class Rewriter {
  #handlers: Handlers[] = [];
  on(...args: any[]): this {
    if (args.length < 2) throw badInput("Missing argument");
    const selector = parseSelector(typeof args[0] === "string" ? args[0] : "");
    if (!isObject(args[1])) throw badInput("Expected object");
    ArrayPrototypePush(this.#handlers, handlersOf(args[1], handlerNames, selector));
    return this;
  }
  onDocument(handlers?: any): this {
    if (!isObject(handlers)) throw badInput("Expected object");
    ArrayPrototypePush(this.#handlers, handlersOf(handlers, documentNames, undefined));
    return this;
  }
  transform(input: any): any {
    if (typeof input === "string") return textOf(this.#now(bytesOf(input)));
    const bytes = isObject(input) && !isBlob(input) ? bufferBytes(input) : undefined;
    if (bytes !== undefined) return exact(host.latin1Encode(this.#now(host.latin1Decode(bytes))));
    let parts;
    try {
      parts = takeResponse(input);
    } catch {
      throw badInput("Response body already used");
    }
    if (parts === undefined) throw badInput("Expected Response or Body");
    const headers: [string, string][] = [];
    for (let i = 0; i < parts.headers.length; i++) if (parts.headers[i]![0] !== "content-length") ArrayPrototypePush(headers, parts.headers[i]!);
    const machine = new Machine(this.#copy());
    const source = parts.stream === null ? undefined : chunkReader(parts.stream);
    let first: Uint8Array | null = parts.bytes ?? null;
    let ended = false;
    const more = async (c: any): Promise<void> => {
      for (;;) {
        const later = machine.step();
        if (later !== undefined) {
          await own(later);
          continue;
        }
        const out = machine.take();
        if (out !== "") {
          c.enqueue(host.latin1Encode(out));
          return;
        }
        if (ended) {
          c.close();
          return;
        }
        const chunk: any = source === undefined ? first : await own(source.read());
        first = null;
        if (chunk === null) {
          ended = true;
          machine.end();
          continue;
        }
        const v = source === undefined ? chunk : chunk.value;
        const b = typeof v === "string" ? host.utf8Encode(v) : bufferBytes(v);
        if (b === undefined) throw new TypeError_("Expected text, ArrayBuffer or ArrayBufferView");
        machine.write(host.latin1Decode(b));
      }
    };
    const pull = async (c: any): Promise<void> => {
      try {
        await own(more(c));
      } catch (e) {
        if (source !== undefined) host.markHandled(source.cancel(e));
        throw e;
      }
    };
    return new Response(makeReadable({ pull, cancel: (reason) => source?.cancel(reason) }, false, 0), { __proto__: null, status: parts.status, statusText: parts.statusText, headers });
  }
  // now transforms what must be there at once.
  #now(bytes: string): string {
    const machine = new Machine(this.#copy());
    machine.write(bytes);
    machine.end();
    for (;;) {
      const later = machine.step();
      if (later === undefined) return machine.take();
      if (host.promiseState(later)![0] === "pending") host.drain();
      const s = host.promiseState(later)!;
      if (s[0] === "pending") {
        throw new TypeError_("HTMLRewriter.transform() cannot synchronously return a string because a content handler returned a Promise that did not resolve within a microtask. Pass a Response instead and await its body");
      }
      if (s[0] === "rejected") {
        host.markHandled(later);
        throw s[1];
      }
    }
  }
  #copy(): Handlers[] {
    const out: Handlers[] = [];
    for (let i = 0; i < this.#handlers.length; i++) if (this.#handlers[i]!.selector !== undefined) ArrayPrototypePush(out, this.#handlers[i]!);
    for (let i = 0; i < this.#handlers.length; i++) if (this.#handlers[i]!.selector === undefined) ArrayPrototypePush(out, this.#handlers[i]!);
    return out;
  }
}

for (let i = 0; i < classes.length; i++) webInterface(classes[i], ["TextChunk", "Comment", "DocType", "DocEnd", "EndTag", "Element"][i]!);
webInterface(AttributeIterator, "AttributeIterator");
webInterface(Rewriter, "HTMLRewriter");

const HTMLRewriter: any = function HTMLRewriter(): any {
  if (new.target === undefined) throw coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "HTMLRewriter constructor cannot be invoked without 'new'");
  return ReflectConstruct(Rewriter, [], new.target);
};
ObjectDefineProperty(HTMLRewriter, "prototype", { __proto__: null, value: Rewriter.prototype, writable: false } as any);
hide(Rewriter.prototype, "constructor", HTMLRewriter);
defineGlobal("HTMLRewriter", HTMLRewriter);
