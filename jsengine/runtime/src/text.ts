// TextEncoder and TextDecoder over the engine's own conversions; atob and btoa.

import {
  ArrayPrototypeJoin,
  ArrayPrototypePush,
  RangeError_,
  RegExpPrototypeExec,
  StringFromCharCode,
  StringPrototypeCharCodeAt,
  StringPrototypeIncludes,
  StringPrototypeIsWellFormed,
  StringPrototypeSlice,
  StringPrototypeToLowerCase,
  StringPrototypeToWellFormed,
  TypeError_,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag,
  TypedArrayPrototypeSet,
  TypedArrayPrototypeSubarray,
  Uint8Array_,
  plain,
} from "./primordials.ts";
import { OP } from "buntime:ops";
import { asNode } from "./mode.ts";
import { DOMException, needArgs } from "./errors.ts";
import { defineGlobals, webInterface } from "./globals.ts";
import { inspectAs } from "./inspect.ts";
import { coded, invalidArgType } from "./node/errors.ts";

// isToken tells whether s is a token of HTTP: the name of a header, a method, a cookie, a protocol.
export function isToken(s: string): boolean {
  return host.headerText(s) === 2;
}

export class TextEncoder {
  #brand = true;

  static {
    inspectAs(TextEncoder, "TextEncoder", (e: TextEncoder) => {
      void e.#brand;
      return { encoding: "utf-8" };
    });
  }

  get encoding(): string {
    void this.#brand;
    return "utf-8";
  }

  encode(input: string = ""): Uint8Array {
    void this.#brand;
    return host.utf8Encode(`${input}`);
  }

  encodeInto(source: string, destination: Uint8Array): { read: number; written: number } {
    void this.#brand;
    needArgs(arguments.length, 2, "encodeInto");
    if (TypedArrayPrototypeGetSymbolToStringTag(destination) !== "Uint8Array") throw invalidArgType("dest", "Uint8Array", destination);
    const r = host.utf8EncodeInto(`${source}`, destination);
    return { read: r[0], written: r[1] };
  }
}

// The host decodes what is none of the first four.
type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | (string & {});

const labels: Record<string, Encoding> = plain();
const utf8Labels = ["utf-8", "utf8", "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8"];
const latinLabels = ["windows-1252", "latin1", "ascii", "us-ascii", "iso-8859-1", "iso8859-1", "iso88591", "iso_8859-1", "iso_8859-1:1987", "l1", "cp1252", "x-cp1252", "cp819", "ibm819", "csisolatin1", "iso-ir-100", "ansi_x3.4-1968"];
const utf16Labels = ["utf-16le", "utf-16", "ucs-2", "unicode", "unicodefeff", "csunicode", "iso-10646-ucs-2"];
for (let i = 0; i < utf8Labels.length; i++) labels[utf8Labels[i]!] = "utf-8";
for (let i = 0; i < latinLabels.length; i++) labels[latinLabels[i]!] = "windows-1252";
for (let i = 0; i < utf16Labels.length; i++) labels[utf16Labels[i]!] = "utf-16le";
labels["utf-16be"] = labels["unicodefffe"] = "utf-16be";

// What windows-1252 has at 0x80 to 0x9F.
const windows1252 = "\u20AC\x81\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\x8D\u017D\x8F\x90\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\x9D\u017E\u0178";

export class TextDecoder {
  #encoding: Encoding;
  #fatal: boolean;
  #ignoreBOM: boolean;
  #pending: Uint8Array | null = null; // an incomplete character at the end of the last chunk
  #begun = false; // past where a byte order mark may be
  #state = 0; // of the host's decoder between chunks

  static {
    inspectAs(TextDecoder, "TextDecoder", (d: TextDecoder) => ({ encoding: d.#encoding, fatal: d.#fatal, ignoreBOM: d.#ignoreBOM }));
  }

  constructor(label: string = "utf-8", options: any = undefined) {
    const name = StringPrototypeToLowerCase(stripped(`${label}`));
    const encoding = labels[name] ?? host.sync(OP["text.encoding"]!, name);
    if (encoding === undefined) throw coded(RangeError_, "ERR_ENCODING_NOT_SUPPORTED", `The "${label}" encoding is not supported`);
    if (options !== undefined && options !== null && typeof options !== "object" && typeof options !== "function") throw invalidArgType("options", "object", options);
    this.#encoding = encoding;
    this.#fatal = !!options?.fatal;
    this.#ignoreBOM = !!options?.ignoreBOM;
  }

  get encoding(): string {
    return this.#encoding;
  }
  get fatal(): boolean {
    return this.#fatal;
  }
  get ignoreBOM(): boolean {
    return this.#ignoreBOM;
  }

  decode(input: BufferSource | undefined = undefined, options: any = undefined): string {
    const stream = !!options?.stream;
    let bytes: Uint8Array;
    if (input === undefined) bytes = empty;
    else {
      const b = host.buffer(input);
      if (b === undefined) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.');
      bytes = b[2] === 0 ? empty : new Uint8Array_(b[0] as ArrayBuffer, b[1], b[2]); // what is detached has nothing
    }
    // The usual case: all at once.
    if (!stream && this.#pending === null && !this.#begun) return this.#convert(bytes, false);
    if (this.#pending !== null) {
      const p = this.#pending;
      const joined = new Uint8Array_(p.length + bytes.length);
      TypedArrayPrototypeSet(joined, p, 0);
      TypedArrayPrototypeSet(joined, bytes, p.length);
      bytes = joined;
      this.#pending = null;
    }
    const begun = this.#begun;
    if (!stream) {
      this.#begun = false;
      return this.#convert(bytes, begun);
    }
    if (!known(this.#encoding)) return this.#legacy(bytes, true);
    const cut = this.#encoding === "utf-8" ? bytes.length - incomplete(bytes) : this.#encoding === "windows-1252" ? bytes.length : whole16(bytes, this.#encoding === "utf-16be");
    if (cut < bytes.length) {
      const rest = new Uint8Array_(bytes.length - cut);
      TypedArrayPrototypeSet(rest, TypedArrayPrototypeSubarray(bytes, cut), 0);
      this.#pending = rest;
      bytes = TypedArrayPrototypeSubarray(bytes, 0, cut);
    }
    if (bytes.length === 0) return "";
    this.#begun = true;
    try {
      return this.#convert(bytes, begun);
    } catch (e) {
      this.#pending = null;
      this.#begun = false;
      throw e;
    }
  }

  // legacy decodes what the host knows; what it leaves comes before the next bytes.
  #legacy(bytes: Uint8Array, more: boolean): string {
    const r = host.sync(OP["text.decode"]!, this.#encoding, bytes, !more, this.#state);
    const s: string = r[0];
    this.#state = more ? r[2] : 0;
    if (this.#fatal && StringPrototypeIncludes(s, "\uFFFD")) throw malformed(this.#encoding);
    if (more && TypedArrayPrototypeGetLength(r[1]) > 0) this.#pending = r[1];
    return s;
  }

  // convert decodes whole characters; keepBOM when they do not begin the stream.
  #convert(bytes: Uint8Array, begun: boolean): string {
    const keepBOM = begun || this.#ignoreBOM;
    if (this.#encoding === "utf-8") {
      try {
        return host.utf8Decode(bytes, this.#fatal, keepBOM);
      } catch {
        throw malformed(this.#encoding);
      }
    }
    if (this.#encoding === "windows-1252") return decode1252(bytes);
    if (!known(this.#encoding)) return this.#legacy(bytes, false);
    let s = host.utf16leDecode(this.#encoding === "utf-16be" ? swapped(bytes) : bytes);
    const odd = bytes.length % 2 === 1;
    if (!keepBOM && StringPrototypeCharCodeAt(s, 0) === 0xfeff) s = StringPrototypeSlice(s, 1);
    if (odd || !StringPrototypeIsWellFormed(s)) {
      if (this.#fatal) throw malformed(this.#encoding);
      s = StringPrototypeToWellFormed(s);
      if (odd) s += "\uFFFD";
    }
    return s;
  }
}

const empty = new Uint8Array_(0);

// stripped is s without ASCII whitespace around it.
function stripped(s: string): string {
  const space = (c: string | undefined): boolean => c === " " || c === "\t" || c === "\n" || c === "\f" || c === "\r";
  let from = 0, to = s.length;
  while (from < to && space(s[from])) from++;
  while (to > from && space(s[to - 1])) to--;
  return StringPrototypeSlice(s, from, to);
}

function known(e: Encoding): boolean {
  return e === "utf-8" || e === "utf-16le" || e === "utf-16be" || e === "windows-1252";
}

function malformed(encoding: string): TypeError {
  return coded(TypeError_, "ERR_ENCODING_INVALID_ENCODED_DATA", `The encoded data was not valid for encoding ${encoding}`);
}

// incomplete is how many bytes at the end may begin a character that is not all there.
function incomplete(b: Uint8Array): number {
  const n = b.length;
  for (let back = 1; back <= 3 && back <= n; back++) {
    const c = b[n - back]!;
    if ((c & 0xc0) === 0x80) continue;
    const need = c >= 0xf0 && c <= 0xf4 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 1;
    if (back > 1) {
      // Some second bytes make no character whatever follows.
      const second = b[n - back + 1]!;
      if (second < (c === 0xe0 ? 0xa0 : c === 0xf0 ? 0x90 : 0x80) || second > (c === 0xed ? 0x9f : c === 0xf4 ? 0x8f : 0xbf)) return 0;
    }
    return c < 0xf5 && need > back ? back : 0;
  }
  return 0;
}

// whole16 is how many bytes hold whole UTF-16 characters.
function whole16(b: Uint8Array, bigEndian: boolean): number {
  const even = b.length - (b.length % 2);
  if (even === 0) return 0;
  const high = b[bigEndian ? even - 2 : even - 1]!;
  return high >= 0xd8 && high <= 0xdb ? even - 2 : even;
}

function swapped(b: Uint8Array): Uint8Array {
  const out = new Uint8Array_(b.length - (b.length % 2));
  for (let i = 0; i + 1 < b.length; i += 2) {
    out[i] = b[i + 1]!;
    out[i + 1] = b[i]!;
  }
  return out;
}

function decode1252(b: Uint8Array): string {
  for (let i = 0; ; i++) {
    if (i === b.length) return host.latin1Decode(b);
    if (b[i]! >= 0x80 && b[i]! <= 0x9f) break;
  }
  const parts: string[] = [];
  for (let i = 0; i < b.length; i++) {
    const c = b[i]!;
    ArrayPrototypePush(parts, c >= 0x80 && c <= 0x9f ? windows1252[c - 0x80]! : StringFromCharCode(c));
  }
  return ArrayPrototypeJoin(parts, "");
}

defineGlobals({
  TextEncoder: webInterface(TextEncoder, "TextEncoder"),
  TextDecoder: webInterface(TextDecoder, "TextDecoder"),
});

function invalidCharacter(): Error {
  return new DOMException(asNode() ? "Invalid character" : "The string contains invalid characters.", "InvalidCharacterError");
}

defineGlobals({
  atob(data: string): string {
    needArgs(arguments.length, 1, "atob");
    data = `${data}`;
    const bytes = host.base64DecodeStrict(data);
    if (bytes === null) {
      // Node tells apart a text that has only characters of base64, too few of them.
      if (asNode() && RegExpPrototypeExec(/^[A-Za-z0-9+/\t\n\f\r ]*$/, data) !== null) throw new DOMException("The string to be decoded is not correctly encoded.", "InvalidCharacterError");
      throw invalidCharacter();
    }
    return host.latin1Decode(bytes);
  },
  btoa(data: string): string {
    needArgs(arguments.length, 1, "btoa");
    const bytes = host.latin1Encode(`${data}`, true);
    if (bytes === null) throw invalidCharacter();
    return host.base64Encode(bytes);
  },
});
