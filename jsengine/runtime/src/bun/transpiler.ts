// Bun.Transpiler, on the host's transformer: TypeScript and JSX to JavaScript, and what a source imports and exports.

import {
  AggregateError_, ArrayPrototypePush, ArrayPrototypeSort, Error_, JSONParse, JSONStringify, ObjectDefineProperty, ObjectKeys, RegExpPrototypeExec, StringPrototypeCharCodeAt, StringPrototypeIndexOf,
  SafeSet, StringPrototypeReplace, StringPrototypeSlice, own, plain, setOwn,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { badInput, inputText } from "./input.ts";

const loaders: any = { __proto__: null, js: 1, jsx: 1, ts: 1, tsx: 1 };
const others: any = { __proto__: null, css: 1, json: 1, jsonc: 1, json5: 1, toml: 1, yaml: 1, xml: 1, text: 1, wasm: 1, md: 1, file: 1 };

function loaderOf(v: any, dflt: string): string {
  if (v === undefined || v === null) return dflt;
  const name = `${v}`;
  if (loaders[name] === undefined && others[name] === undefined) throw badInput("invalid loader - must be js, jsx, tsx, ts, css, json, jsonc, json5, toml, yaml, xml, text, wasm, or md");
  return name;
}

function codeOf(v: any, method: string): string {
  const s = v === undefined || v === null ? undefined : inputText(v);
  if (s === undefined) throw badInput(`Expected code to be a string or Uint8Array for '${method}'.`);
  return s;
}

// failed is what a source that cannot be parsed throws.
function failed(e: any): Error {
  if (e?.name !== "SyntaxError") return e;
  const one: any = new Error_(e.message);
  ObjectDefineProperty(one, "name", { __proto__: null, value: "BuildMessage", writable: true, configurable: true } as any);
  return new AggregateError_([one], "Parse error");
}

// maxOptions bounds what the host is given of options, in characters.
const maxOptions = 60000;

interface Found {
  exports: string[];
  imports: { kind: string; path: string }[];
}

class Transpiler {
  #loader: string;
  #options: string;

  constructor(options?: any) {
    if (options !== undefined && options !== null && typeof options !== "object") throw badInput("Expected an object");
    const o = options ?? plain();
    this.#loader = loaderOf(o.loader, "jsx");
    const compiler: any = plain();
    const tsconfig = typeof o.tsconfig === "string" ? JSONParse(o.tsconfig) : o.tsconfig;
    const given = tsconfig?.compilerOptions;
    const names = ["jsx", "jsxFactory", "jsxFragmentFactory", "jsxImportSource", "experimentalDecorators", "useDefineForClassFields"];
    if (given !== null && typeof given === "object") for (let i = 0; i < names.length; i++) if (given[names[i]!] !== undefined) setOwn(compiler, names[i]!, given[names[i]!]);
    compiler.verbatimModuleSyntax = o.trimUnusedImports !== true;
    const t: any = plain();
    if (o.define !== undefined && o.define !== null) {
      const define: any = plain();
      const keys = ObjectKeys(o.define);
      for (let i = 0; i < keys.length; i++) {
        if (typeof o.define[keys[i]!] !== "string") throw badInput(`define "${keys[i]}" must be a JSON string`);
        define[keys[i]!] = o.define[keys[i]!];
      }
      t.define = define;
    }
    const minify = o.minify;
    t.minifyWhitespace = o.minifyWhitespace === true || minify === true || minify?.whitespace === true;
    t.minifySyntax = minify === true || minify?.syntax === true;
    t.minifyNames = minify === true || minify?.identifiers === true;
    setOwn(compiler, "bun:transpiler", t);
    this.#options = JSONStringify(compiler);
    if (this.#options.length > maxOptions) throw badInput(`define and the other options have ${this.#options.length} characters, at most ${maxOptions}`);
  }

  #language(loader: any): string {
    const name = loaderOf(loader, this.#loader);
    if (loaders[name] === undefined) throw badInput("only JavaScript-like loaders supported for now");
    return name;
  }

  transformSync(code?: any, loader?: any): string {
    const text = codeOf(code, "transformSync");
    if (loader !== null && typeof loader === "object") loader = undefined;
    const language = this.#language(loader);
    try {
      return spaced(host.sync(OP["bun.transpile"]!, text, language, this.#options));
    } catch (e) {
      throw failed(e);
    }
  }

  async transform(code?: any, loader?: any): Promise<string> {
    const text = codeOf(code, "transform");
    const language = this.#language(loader);
    try {
      return spaced(await own(host.async(OP["bun.transpileAsync"]!, text, language, this.#options)));
    } catch (e) {
      throw failed(e);
    }
  }

  scan(code?: any): Found {
    const found = look(this.#plain(codeOf(code, "scan")));
    ArrayPrototypeSort(found.exports);
    return found;
  }

  scanImports(code?: any): any[] {
    return look(this.#plain(codeOf(code, "scanImports"))).imports;
  }

  #plain(text: string): string {
    try {
      return host.sync(OP["bun.transpile"]!, text, this.#language(undefined), '{"verbatimModuleSyntax":true}');
    } catch (e) {
      throw failed(e);
    }
  }
}

// spaced parts the list of exports at the end from the rest, as Bun prints it.
function spaced(code: string): string {
  return StringPrototypeReplace(enums(code), /([^\n])\n(export \{[^`'"]*\};\n)$/, "$1\n\n$2");
}

// enums prints enums as Bun does, whose function calls its parameter what the enum is called. Those with functions, classes
// or templates in them stay as they are: there a word need not be a variable.
function enums(code: string): string {
  if (RegExpPrototypeExec(/\bvar ([\w$]+) = (?:\/\* @__PURE__ \*\/ )?\(\(\1\d+\) => \{\n/, code) === null) return code;
  let out = "";
  let done = 0;
  const declared: Set<string> = new SafeSet();
  const x = new Lexer(code);
  while (x.next()) {
    if (!(x.k() === "word" && x.t() === "var" && x.depth === 0)) continue;
    const from = x.from;
    const m = RegExpPrototypeExec(/^var ([\w$]+) = (?:\/\* @__PURE__ \*\/ )?\(\((\1\d+)\) => \{\n/, StringPrototypeSlice(code, from, from + 600));
    if (m === null) continue;
    const name: string = m[1], inner: string = m[2], end = `\n  return ${inner};\n})(${name} || {});`;
    const to = StringPrototypeIndexOf(code, end, from);
    if (to < 0) continue;
    const first = from + m[0].length;
    const y = new Lexer(StringPrototypeSlice(code, first, to));
    let body = "", at = 0, before = "", plainly = true;
    while (y.next()) {
      if (y.t() === "{" || y.k() === "template" || y.k() === "part") plainly = false;
      if (y.k() === "word" && y.t() === inner && before !== ".") {
        body += StringPrototypeSlice(y.s, at, y.from) + name;
        at = y.at;
      }
      before = y.k() === "punct" ? y.t() : "";
    }
    if (!plainly) continue;
    const exported = StringPrototypeSlice(code, from - 7, from) === "export ";
    out += StringPrototypeSlice(code, done, declared.has(name) && exported ? from - 7 : from);
    if (!declared.has(name)) out += `var ${name};\n`;
    declared.add(name);
    out += `((${name}) => {\n${body}${StringPrototypeSlice(y.s, at)}\n})(${name} ||= {});`;
    done = x.at = to + end.length;
  }
  return out + StringPrototypeSlice(code, done);
}

// ---- what the transformer printed, word by word ----

const word = /^[\w$\u0080-\uffff]+/;

// Lexer walks over JavaScript as esbuild prints it.
class Lexer {
  s: string;
  at = 0;
  from = 0; // where the token begins
  text = ""; // of the token
  kind = ""; // word, string, template, punct, or "" at the end
  depth = 0; // of brackets
  line = true; // whether the token begins a line
  braces: boolean[] = []; // open braces: whether one is of a template
  operand = false; // whether a slash that follows divides
  constructor(s: string) {
    this.s = s;
  }
  next(): boolean {
    this.line = this.at === 0;
    for (;;) {
      const c = this.s[this.at];
      if (c === undefined) {
        this.kind = this.text = "";
        return false;
      }
      if (c === "\n") this.line = true;
      if (c === " " || c === "\n" || c === "\t" || c === "\r") this.at++;
      else if (c === "/" && this.s[this.at + 1] === "/") {
        const end = StringPrototypeIndexOf(this.s, "\n", this.at);
        this.at = end < 0 ? this.s.length : end;
      } else if (c === "/" && this.s[this.at + 1] === "*") {
        const end = StringPrototypeIndexOf(this.s, "*/", this.at + 2);
        this.at = end < 0 ? this.s.length : end + 2;
      } else break;
    }
    const c = this.s[this.at]!;
    const from = this.from = this.at;
    if (c === '"' || c === "'") {
      this.quoted(c);
      this.set("string", StringPrototypeSlice(this.s, from + 1, this.at - 1), true);
    } else if (c === "`" || (c === "}" && this.braces.length > 0 && this.braces[this.braces.length - 1])) {
      if (c === "}") {
        this.braces.length--;
        this.depth--;
      }
      const whole = this.template();
      this.set(c === "`" && whole ? "template" : "part", StringPrototypeSlice(this.s, from + 1, this.at - 1), whole);
    } else if (c === "/" && !this.operand) {
      this.regex();
      this.set("regex", "", true);
    } else {
      const m = StringPrototypeCharCodeAt(c, 0) >= 0x80 || (c >= "0" && c <= "9") || (c >= "a" && c <= "z") || (c >= "A" && c <= "Z") || c === "_" || c === "$" ? RegExpPrototypeExec(word, StringPrototypeSlice(this.s, from, from + 256)) : null;
      if (m !== null) {
        this.at += m[0].length;
        const t = m[0];
        this.set("word", t, !(t === "return" || t === "typeof" || t === "case" || t === "in" || t === "of" || t === "void" || t === "delete" || t === "throw" || t === "new" || t === "else" || t === "await" || t === "yield" || t === "default"));
      } else {
        this.at++;
        if (c === "{" || c === "(" || c === "[") {
          this.depth++;
          if (c === "{") ArrayPrototypePush(this.braces, false);
        } else if (c === "}" || c === ")" || c === "]") {
          this.depth--;
          if (c === "}" && this.braces.length > 0) this.braces.length--;
        }
        this.set("punct", c, c === ")" || c === "]" || c === "}");
      }
    }
    return true;
  }
  // k and t are the token's kind and text.
  k(): string {
    return this.kind;
  }
  t(): string {
    return this.text;
  }
  set(kind: string, text: string, operand: boolean): void {
    this.kind = kind;
    this.text = text;
    this.operand = operand;
  }
  quoted(q: string): void {
    for (this.at++; this.at < this.s.length && this.s[this.at] !== q; this.at++) if (this.s[this.at] === "\\") this.at++;
    this.at++;
  }
  // template passes to the end of a template, or of a part of it; true at its end.
  template(): boolean {
    for (this.at++; this.at < this.s.length; this.at++) {
      const c = this.s[this.at];
      if (c === "\\") this.at++;
      else if (c === "`") {
        this.at++;
        return true;
      } else if (c === "$" && this.s[this.at + 1] === "{") {
        this.at += 2;
        ArrayPrototypePush(this.braces, true);
        this.depth++;
        return false;
      }
    }
    return true;
  }
  regex(): void {
    let inClass = false;
    for (this.at++; this.at < this.s.length; this.at++) {
      const c = this.s[this.at];
      if (c === "\\") this.at++;
      else if (c === "[") inClass = true;
      else if (c === "]") inClass = false;
      else if ((c === "/" && !inClass) || c === "\n") break;
    }
    const m = RegExpPrototypeExec(word, StringPrototypeSlice(this.s, ++this.at, this.at + 16));
    if (m !== null) this.at += m[0].length;
  }
}

function unquoted(s: string): string {
  if (StringPrototypeIndexOf(s, "\\") < 0) return s;
  try {
    return JSONParse(`"${s}"`);
  } catch {
    return s;
  }
}

function look(code: string): Found {
  const out: Found = { exports: [], imports: [] };
  const add = (kind: string, path: string): void => {
    ArrayPrototypePush(out.imports, { kind, path: unquoted(path) });
  };
  const x = new Lexer(code);
  // from reads on to the string that ends a declaration of imports, if there is one before ";".
  const from = (): void => {
    while (x.next() && !(x.k() === "punct" && x.t() === ";" && x.depth === 0)) {
      if (x.k() === "string" && x.depth === 0) {
        add("import-statement", x.text);
        while (x.next() && !(x.k() === "punct" && x.t() === ";" && x.depth === 0));
        return;
      }
    }
  };
  // called reads the argument of a call, if it is one string.
  const called = (kind: string): void => {
    if (!(x.k() === "punct" && x.t() === "(") || !x.next()) return;
    if (x.k() === "string" || x.k() === "template") add(kind, x.text);
  };
  let before = "";
  while (x.k() !== "" || x.at === 0) {
    if (!x.next()) break;
    const top = x.depth === 0 && x.line;
    const t = x.text;
    if (x.k() === "word" && before !== ".") {
      if (t === "import") {
        if (!x.next()) break;
        if (x.k() === "punct" && x.t() === "(") called("dynamic-import");
        else if (x.k() === "string") {
          add("import-statement", x.text);
        } else if (top && !(x.k() === "punct" && x.t() === ".")) {
          if (x.k() !== "string") from();
        }
      } else if (t === "require") {
        if (!x.next()) break;
        if (x.k() === "punct" && x.t() === ".") {
          x.next();
          if (x.t() === "resolve" && x.next()) called("require-resolve");
        } else called("require-call");
      } else if (t === "export" && top) exported(x, out, add);
    }
    before = x.k() === "punct" ? x.text : "";
  }
  return out;
}

function exported(x: Lexer, out: Found, add: (kind: string, path: string) => void): void {
  const name = (n: string): void => {
    ArrayPrototypePush(out.exports, unquoted(n));
  };
  if (!x.next()) return;
  if (x.k() === "punct" && (x.t() === "*" || x.t() === "{")) {
    const list = x.t() === "{";
    let last = "";
    while (x.next() && !(x.k() === "punct" && x.t() === ";" && x.depth === 0)) {
      if (x.k() === "string" && x.depth === 0) add("import-statement", x.text);
      else if (x.k() === "punct" && (x.t() === "," || x.t() === "}")) {
        if (last !== "" && list) name(last);
        last = "";
      } else if (x.k() === "word" && x.t() === "from" && x.depth === 0) {
        if (!list && last !== "" && last !== "as") name(last);
        last = "";
      } else if (x.k() === "word" || x.k() === "string") last = x.text;
    }
    return;
  }
  if (x.t() === "default") {
    name("default");
    return;
  }
  if (x.t() === "async") x.next();
  if (x.t() === "function" || x.t() === "class") {
    x.next();
    if (x.t() === "*") x.next();
    if (x.k() === "word") name(x.text);
    return;
  }
  // const, let or var: names up to "=", and again after "," outside of brackets.
  let pattern = true;
  let key = "";
  while (x.next() && !(x.k() === "punct" && x.t() === ";" && x.depth === 0)) {
    if (pattern && x.k() === "word") key = x.text;
    else if (x.k() === "punct") {
      if (x.t() === "=" || x.t() === "," || x.t() === "}" || x.t() === "]") {
        if (pattern && key !== "") name(key);
        key = "";
      } else if (x.t() === ":") key = "";
      if (x.t() === "=" && x.depth === 0) pattern = false;
      if (x.t() === "," && x.depth === 0) pattern = true;
    }
  }
  if (pattern && key !== "") name(key);
}

export { Transpiler };
