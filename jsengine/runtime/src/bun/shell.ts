// Bun.$: command lines for the session's shell, with what a template puts into them quoted.

import {
  ArrayIsArray, ArrayPrototypePush, Error_, JSONParse, PromisePrototypeThen, Promise_, RegExpPrototypeExec, RegExpPrototypeTest, StringPrototypeReplace,
  StringPrototypeSlice, StringPrototypeSplit, String_, SymbolAsyncIterator, SymbolSpecies, TypeError_, TypedArrayPrototypeSet, TypedArrayPrototypeSubarray, Uint8Array_, own, setOwn, withResolvers, iterate,
} from "../primordials.ts";
import { Blob, blobSource, bufferBytes, exact, isBlob, join } from "../web/blob.ts";
import { bodyBytes, isBody } from "../web/fetch.ts";
import { isReadableStream, readChunks } from "../web/streams.ts";
import * as f from "../node/fs_common.ts";
import { targetOf } from "./file.ts";
import { wrap } from "../node/buffer.ts";
import { coded } from "../node/errors.ts";
import { Child, directory, environment } from "../node/child.ts";

// quote makes one word of a text for the shell.
function quote(s: string): string {
  return `'${StringPrototypeReplace(s, /'/g, "'\\''")}'`;
}

// escape is $.escape.
function escape(s: any): string {
  s = `${s}`;
  if (s !== "" && !RegExpPrototypeTest(/[^A-Za-z0-9_\-./:=@%+,]/, s)) return s;
  return `"${StringPrototypeReplace(s, /[\\$"`]/g, "\\$&")}"`;
}

// braces is $.braces: what a word with braces expands to.
function braces(word: any): string[] {
  const s = `${word}`;
  let depth = 0, open = -1;
  let commas: number[] = [];
  for (let i = 0; i < s.length; i++) {
    if (s[i] === "\\") i++;
    else if (s[i] === "{") {
      if (depth++ === 0) {
        open = i;
        commas = [];
      }
    } else if (s[i] === "," && depth === 1) ArrayPrototypePush(commas, i);
    else if (s[i] === "}" && depth > 0 && --depth === 0 && commas.length > 0) {
      const out: string[] = [];
      const rest = braces(StringPrototypeSlice(s, i + 1));
      let from = open + 1;
      for (let k = 0; k <= commas.length; k++) {
        const to = k < commas.length ? commas[k]! : i;
        const parts = braces(StringPrototypeSlice(s, from, to));
        from = to + 1;
        for (let a = 0; a < parts.length; a++) {
          for (let b = 0; b < rest.length; b++) {
            if (out.length >= 65536) throw new Error_("too many words of braces");
            ArrayPrototypePush(out, StringPrototypeSlice(s, 0, open) + parts[a] + rest[b]);
          }
        }
      }
      return out;
    }
  }
  return [s];
}

// Script is a command line, and what has to be done before and after it.
class Script {
  text = "";
  quoted = ""; // the quote that is open
  before: (() => Promise<void>)[] = [];
  after: (() => void)[] = [];

  literal(s: string): void {
    for (let i = 0; i < s.length; i++) {
      const c = s[i]!;
      if (this.quoted === "'") {
        if (c === "'") this.quoted = "";
      } else if (c === "\\") i++;
      else if (this.quoted === '"') {
        if (c === '"') this.quoted = "";
      } else if (c === '"' || c === "'") this.quoted = c;
    }
    this.text += s;
  }

  word(v: any): void {
    const s = String_(v);
    if (RegExpPrototypeTest(/\0/, s)) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", "a command line cannot have null bytes");
    if (this.quoted === '"') this.text += StringPrototypeReplace(s, /[\\$"`]/g, "\\$&");
    else if (this.quoted === "'") this.text += StringPrototypeReplace(s, /'/g, "'\\''");
    else this.text += quote(s);
  }

  value(v: any): void {
    if (v !== null && typeof v === "object") {
      const target = targetOf(v);
      if (typeof target === "string") return this.word(target);
      const redirect = this.quoted === "" ? RegExpPrototypeExec(/([<>])\s*$/, this.text) : null;
      if (redirect !== null) {
        if (redirect[1] === "<") return this.input(v);
        return this.output(v);
      }
      if (ArrayIsArray(v)) {
        const list = iterate(v as any[]);
        for (let i = 0; i < list.length; i++) {
          if (i > 0) this.text += " ";
          this.value(list[i]);
        }
        return;
      }
      if (typeof v.raw === "string") {
        this.literal(v.raw);
        return;
      }
    }
    this.word(v);
  }

  #file(): string {
    const b = new Uint8Array_(12);
    host.random(b);
    const name = `/tmp/.bun-shell-${host.hexEncode(b)}`;
    ArrayPrototypePush(this.after, () => {
      try {
        f.unlink(name);
      } catch {
        // The command line may have removed it.
      }
    });
    return name;
  }

  input(v: any): void {
    const name = this.#file();
    this.text += quote(name);
    ArrayPrototypePush(this.before, async () => f.writeFile(name, await own(contents(v))));
  }

  output(v: any): void {
    const into = bufferBytes(v);
    if (into === undefined) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "output can be redirected to a file or to bytes");
    const name = this.#file();
    this.text += quote(name);
    const last = this.after;
    this.after = [() => {
      const got = f.readAll(name, 0);
      TypedArrayPrototypeSet(into, TypedArrayPrototypeSubarray(got, 0, into.length));
    }];
    for (let i = 0; i < last.length; i++) ArrayPrototypePush(this.after, last[i]!);
  }
}

async function contents(v: any): Promise<Uint8Array> {
  if (isBlob(v)) return blobSource(v).read(0, blobSource(v).size());
  if (isBody(v)) return (await own(bodyBytes(v))) ?? host.utf8Encode("");
  if (isReadableStream(v)) {
    const pieces: Uint8Array[] = [];
    await own(readChunks(v, (c) => { ArrayPrototypePush(pieces, typeof c === "string" ? host.utf8Encode(c) : c); }));
    return join(pieces);
  }
  const b = bufferBytes(v);
  if (b === undefined) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "input can come from a file, a Response, a Blob, a ReadableStream or bytes");
  return b;
}

class ShellOutput {
  stdout: any;
  stderr: any;
  exitCode: number;
  constructor(stdout: any, stderr: any, exitCode: number) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.exitCode = exitCode;
  }
  text(encoding?: string): string {
    return encoding === undefined ? host.utf8Decode(this.stdout) : this.stdout.toString(encoding);
  }
  json(): any {
    return JSONParse(host.utf8Decode(this.stdout));
  }
  arrayBuffer(): ArrayBuffer {
    return exact(this.stdout);
  }
  bytes(): Uint8Array {
    return join([this.stdout, host.utf8Encode("")]);
  }
  blob(): any {
    return new Blob([this.stdout]);
  }
}

class ShellError extends Error_ {
  #output: ShellOutput;
  exitCode: number;
  stdout: any;
  stderr: any;
  constructor(o: ShellOutput) {
    super(`Failed with exit code ${o.exitCode}`);
    this.#output = o;
    this.exitCode = o.exitCode;
    this.stdout = o.stdout;
    this.stderr = o.stderr;
  }
  get name(): string {
    return "ShellError";
  }
  text(encoding?: string): string {
    return this.#output.text(encoding);
  }
  json(): any {
    return this.#output.json();
  }
  arrayBuffer(): ArrayBuffer {
    return this.#output.arrayBuffer();
  }
  bytes(): Uint8Array {
    return this.#output.bytes();
  }
  blob(): any {
    return this.#output.blob();
  }
}

interface Settings {
  env: any;
  cwd: string | undefined;
  throws: boolean;
}

// ShellPromise begins when it is first asked for.
class ShellPromise extends Promise_<any> {
  #script: Script | undefined;
  #settings: Settings;
  #quiet = false;
  #began = false;
  #resolve: (v: any) => void;
  #reject: (e: any) => void;
  constructor(script: any, settings?: any) {
    const r: any = {};
    super((resolve, reject) => {
      r.resolve = resolve;
      r.reject = reject;
    });
    this.#script = script instanceof Script ? script : undefined;
    this.#settings = { ...settings };
    this.#resolve = r.resolve;
    this.#reject = r.reject;
  }
  static get [SymbolSpecies](): any {
    return Promise_;
  }
  #idle(): void {
    if (this.#began) throw new Error_("Shell is already running");
  }
  quiet(on = true): this {
    this.#idle();
    this.#quiet = on;
    return this;
  }
  nothrow(): this {
    return this.throws(false);
  }
  throws(on = true): this {
    this.#idle();
    this.#settings.throws = on;
    return this;
  }
  env(env?: any): this {
    this.#idle();
    this.#settings.env = env;
    return this;
  }
  cwd(dir?: any): this {
    this.#idle();
    this.#settings.cwd = dir === undefined ? undefined : `${dir}`;
    return this;
  }
  run(): this {
    if (!this.#began && this.#script !== undefined) {
      this.#began = true;
      PromisePrototypeThen(run(this.#script, this.#settings, this.#quiet), this.#resolve, this.#reject);
    }
    return this;
  }
  then(onfulfilled?: any, onrejected?: any): any {
    this.run();
    return PromisePrototypeThen(this, onfulfilled, onrejected);
  }
  async #output(): Promise<ShellOutput> {
    if (!this.#began) this.#quiet = true;
    this.run();
    const r = withResolvers<ShellOutput>();
    PromisePrototypeThen(this, r.resolve, r.reject);
    return own(r.promise);
  }
  async text(encoding?: string): Promise<string> {
    return (await own(this.#output())).text(encoding);
  }
  async json(): Promise<any> {
    return (await own(this.#output())).json();
  }
  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await own(this.#output())).arrayBuffer();
  }
  async bytes(): Promise<Uint8Array> {
    return (await own(this.#output())).bytes();
  }
  async blob(): Promise<any> {
    return (await own(this.#output())).blob();
  }
  lines(): any {
    const output = this.#output();
    let list: string[] | undefined;
    let at = 0;
    return {
      async next(): Promise<any> {
        list ??= StringPrototypeSplit((await own(output)).text(), "\n") as string[];
        return at < list.length ? { value: list[at++], done: false } : { value: undefined, done: true };
      },
      [SymbolAsyncIterator](): any {
        return this;
      },
    };
  }
}

async function run(script: Script, settings: Settings, quiet: boolean): Promise<ShellOutput> {
  for (let i = 0; i < script.before.length; i++) await own(script.before[i]!());
  const text = script.text + script.quoted; // Bun's shell ends an open quote where the text ends
  const child = new Child({
    file: "bash", args: ["bun", "-c", text], env: environment(settings.env), cwd: directory(settings.cwd), stdio: [0, "pipe", "pipe"], ipc: false, advanced: false,
  });
  const pieces: Uint8Array[][] = [[], []];
  const drain = (fd: 1 | 2): Promise<void> => {
    const r = withResolvers<void>();
    const next = (): void => child.read(fd, (b, e) => {
      if (e !== undefined || b!.byteLength === 0) {
        r.resolve();
        return;
      }
      ArrayPrototypePush(pieces[fd - 1]!, b);
      if (!quiet && fd === 1) host.write(fd, b!);
      next();
    });
    next();
    return r.promise;
  };
  const end = withResolvers<number>();
  child.wait((code) => end.resolve(code));
  const out = drain(1), err = drain(2);
  const code = await own(end.promise);
  await own(out);
  await own(err);
  child.forget();
  const stderr = join(pieces[1]!);
  if (stderr.length > 0 && !quiet) host.write(2, stderr);
  for (let i = 0; i < script.after.length; i++) script.after[i]!();
  const o = new ShellOutput(wrap(join(pieces[0]!)), wrap(stderr), code);
  if (code !== 0 && settings.throws) throw new ShellError(o);
  return o;
}

// shell makes a tag, with settings of its own.
function shell(): any {
  const settings: Settings = { env: undefined, cwd: undefined, throws: true };
  const $: any = function $(strings: any, ...values: any[]): any {
    if (!ArrayIsArray(strings) || !ArrayIsArray((strings as any).raw)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "Please use '$' as a tagged template function: $`cmd arg1 arg2`");
    const script = new Script();
    const parts = (strings as any).raw;
    for (let i = 0; i < parts.length; i++) {
      script.literal(parts[i]);
      if (i < values.length) script.value(values[i]);
    }
    return new ShellPromise(script, settings);
  };
  const methods: any = {
    env(env?: any): any {
      settings.env = env;
      return $;
    },
    cwd(dir?: any): any {
      settings.cwd = dir === undefined || dir === "" ? undefined : `${dir}`;
      return $;
    },
    nothrow(): any {
      settings.throws = false;
      return $;
    },
    throws(on = true): any {
      settings.throws = on;
      return $;
    },
    escape, braces, Shell, ShellError, ShellPromise, ShellOutput,
  };
  for (const k in methods) setOwn($, k, methods[k]);
  return $;
}

const Shell: any = function Shell(): any {
  return shell();
};

export const $ = shell();
