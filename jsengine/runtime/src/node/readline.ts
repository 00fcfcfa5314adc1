// node:readline and node:readline/promises: lines of a stream. No stream of a
// sandbox is a terminal, so nothing is edited or echoed.

import {
  ArrayIsArray, ArrayPrototypePush, ArrayPrototypeShift, FunctionPrototypeCall, MathMax, NumberIsFinite, NumberIsNaN, ObjectDefineProperty, ObjectSetPrototypeOf, Promise_, PromiseReject, PromiseResolve, StringPrototypeCharCodeAt, StringPrototypeSlice, StringPrototypeToLowerCase, SymbolAsyncIterator,
  SymbolDispose, TypeError_, RangeError_, Error_, own, setOwn, withResolvers,
} from "../primordials.ts";
import { builtin, register } from "../modules.ts";
import { nextTick } from "../timers.ts";
import { EventEmitter } from "./events.ts";
import { abortError, coded, invalidArgType, invalidArgValue, validateAbortSignal, validateFunction, validateInteger } from "./errors.ts";
import { tidy } from "./names.ts";

const promisified = Symbol.for("nodejs.util.promisify.custom");

// Lines holds what Node keeps in a class above Interface.
class Lines extends EventEmitter {
  #decoder: any;
  #rest = ""; // of a line that has not ended
  #return = false; // the last chunk ended in a carriage return
  #question: ((answer: string) => void) | null = null;
  #prompt: string;
  #abort: (() => void) | undefined;
  [key: string]: any;

  constructor(input: any, output?: any, completer?: any, terminal?: any) {
    super();
    let signal: any;
    let prompt: any = "> ";
    let historySize: any = 30;
    let history: any = [];
    let tabSize: any = 8;
    let escapeCodeTimeout: any = 500;
    let removeHistoryDuplicates = false;
    let crlfDelay: any;
    if (input?.input !== undefined || (input !== null && typeof input === "object" && typeof input.on !== "function")) {
      const o = input;
      input = o.input;
      output = o.output;
      terminal = o.terminal;
      signal = o.signal;
      if (o.prompt !== undefined) prompt = o.prompt;
      if (o.historySize !== undefined) historySize = o.historySize;
      if (o.completer !== undefined) completer = o.completer;
      if (o.history !== undefined) history = o.history;
      if (o.tabSize !== undefined) {
        tabSize = o.tabSize;
        validateInteger(tabSize, "tabSize", 1, 4294967295);
      }
      if (o.escapeCodeTimeout !== undefined) {
        if (typeof o.escapeCodeTimeout !== "number" || !NumberIsFinite(o.escapeCodeTimeout)) throw invalidArgValue("input.escapeCodeTimeout", escapeCodeTimeout);
        escapeCodeTimeout = o.escapeCodeTimeout;
      }
      removeHistoryDuplicates = Boolean(o.removeHistoryDuplicates);
      crlfDelay = o.crlfDelay;
    }
    if (completer !== undefined && typeof completer !== "function") throw invalidArgValue("completer", completer);
    if (!ArrayIsArray(history)) throw invalidArgType("history", "Array", history);
    if (typeof historySize !== "number") throw invalidArgType("historySize", "number", historySize);
    if (historySize < 0 || NumberIsNaN(historySize)) throw coded(RangeError_, "ERR_OUT_OF_RANGE", `The value of "historySize" is out of range. It must be >= 0. Received ${historySize}`);
    if (signal !== undefined) validateAbortSignal(signal, "options.signal");
    this.#prompt = `${prompt}`;
    setOwn(this, "line", "");
    setOwn(this, "terminal", Boolean(terminal));
    setOwn(this, "input", input);
    setOwn(this, "output", output);
    setOwn(this, "history", history);
    setOwn(this, "historySize", historySize);
    setOwn(this, "removeHistoryDuplicates", removeHistoryDuplicates);
    setOwn(this, "crlfDelay", crlfDelay ? MathMax(100, crlfDelay) : 100);
    setOwn(this, "escapeCodeTimeout", escapeCodeTimeout);
    setOwn(this, "tabSize", tabSize);
    setOwn(this, "closed", false);
    setOwn(this, "paused", false);
    if (typeof input?.on !== "function") throw new TypeError_("input.on is not a function");
    this.#decoder = new (builtin("node:string_decoder")!.StringDecoder)("utf8");
    this._ondata = (data: any) => this.#take(this.#decoder.write(data));
    this._onend = () => {
      this.#take(this.#decoder.end());
      if (this.#rest !== "") {
        const line = this.#rest;
        this.#rest = "";
        this.#line(line);
      }
      this.close();
    };
    this._onerror = (e: unknown) => this.emit("error", e);
    input.on("data", this._ondata);
    input.on("end", this._onend);
    input.on("error", this._onerror);
    if (signal !== undefined) {
      const abort = (): void => this.close();
      if (signal.aborted) nextTick(abort);
      else {
        signal.addEventListener("abort", abort, { __proto__: null, once: true });
        this.#abort = () => signal.removeEventListener("abort", abort);
      }
    }
    input.resume();
  }

  #take(text: string): void {
    if (text === "") return;
    let from = 0;
    if (this.#return) {
      this.#return = false;
      if (text[0] === "\n") from = 1;
    }
    for (let i = from; i < text.length; i++) {
      const c = StringPrototypeCharCodeAt(text, i);
      if (c !== 10 && c !== 13) continue;
      const line = this.#rest + StringPrototypeSlice(text, from, i);
      this.#rest = "";
      if (c === 13) {
        if (i + 1 >= text.length) this.#return = true;
        else if (text[i + 1] === "\n") i++;
      }
      from = i + 1;
      this.#line(line);
    }
    this.#rest += StringPrototypeSlice(text, from);
  }

  #line(line: string): void {
    const q = this.#question;
    if (q !== null) {
      this.#question = null;
      this.setPrompt(this._oldPrompt);
      q(line);
    } else this.emit("line", line);
  }

  getPrompt(): string {
    return this.#prompt;
  }
  setPrompt(prompt: string): void {
    this.#prompt = prompt;
  }
  prompt(): void {
    if (this.paused) this.resume();
    this.output?.write(this.#prompt);
  }
  questionWith(query: string, options: any, cb?: any): void {
    if (typeof options === "function") {
      cb = options;
      options = undefined;
    }
    if (this.closed) throw coded(Error_, "ERR_USE_AFTER_CLOSE", "readline was closed");
    if (options?.signal !== undefined) {
      const signal = options.signal;
      validateAbortSignal(signal, "options.signal");
      if (signal.aborted) return;
      const abort = (): void => this.#cancel();
      signal.addEventListener("abort", abort, { __proto__: null, once: true });
      const inner = cb;
      cb = (answer: string) => {
        signal.removeEventListener("abort", abort);
        inner(answer);
      };
    }
    if (typeof cb !== "function") return;
    this.ask(query, cb);
  }
  #cancel(): void {
    if (this.#question === null) return;
    this.#question = null;
    this.setPrompt(this._oldPrompt);
    this.output?.write("\n");
  }
  // ask is question without the checks; hidden from programs below.
  ask(query: string, cb: (answer: string) => void): () => void {
    if (this.#question !== null) this.prompt();
    else {
      this._oldPrompt = this.#prompt;
      this.setPrompt(query);
      this.#question = cb;
      this.prompt();
    }
    return () => this.#cancel();
  }
  write(data: any): void {
    if (this.closed) throw coded(Error_, "ERR_USE_AFTER_CLOSE", "readline was closed");
    if (this.paused) this.resume();
    if (data !== undefined && data !== null) this.#take(`${data}`);
  }
  pause(): this {
    if (!this.paused) {
      this.input.pause();
      this.paused = true;
      this.emit("pause");
    }
    return this;
  }
  resume(): this {
    if (this.paused) {
      this.input.resume();
      this.paused = false;
      this.emit("resume");
    }
    return this;
  }
  close(): void {
    if (this.closed) return;
    this.pause();
    this.input.removeListener("data", this._ondata);
    this.input.removeListener("end", this._onend);
    this.input.removeListener("error", this._onerror);
    this.#abort?.();
    this.closed = true;
    this.emit("close");
  }
  getCursorPos(): { rows: number; cols: number } {
    return { rows: 0, cols: this.#prompt.length };
  }
  [SymbolDispose as any](): void {
    this.close();
  }
  [SymbolAsyncIterator](): any {
    const lines: string[] = [];
    const waiting: { resolve: (v: any) => void; reject: (e: unknown) => void }[] = [];
    let done = this.closed;
    let error: { e: unknown } | undefined;
    const onLine = (line: string): void => {
      const w: any = waiting.length > 0 ? ArrayPrototypeShift(waiting) : undefined;
      if (w !== undefined) w.resolve({ value: line, done: false });
      else {
        ArrayPrototypePush(lines, line);
        if (lines.length > 1024) this.pause();
      }
    };
    const onClose = (): void => {
      done = true;
      while (waiting.length > 0) (ArrayPrototypeShift(waiting) as any).resolve({ value: undefined, done: true });
    };
    const onError = (e: unknown): void => {
      done = true;
      if (waiting.length > 0) (ArrayPrototypeShift(waiting) as any).reject(e);
      else error = { e };
      onClose();
    };
    this.on("line", onLine);
    this.on("close", onClose);
    this.on("error", onError);
    const end = (): void => {
      this.removeListener("line", onLine);
      this.removeListener("close", onClose);
      this.removeListener("error", onError);
      this.close();
    };
    const self = this;
    const iterator: any = {
      next(): Promise<any> {
        if (lines.length > 0) {
          const value = ArrayPrototypeShift(lines);
          if (lines.length === 0 && !done) self.resume();
          return PromiseResolve({ value, done: false });
        }
        if (error !== undefined) {
          const { e } = error;
          error = undefined;
          return PromiseReject(e);
        }
        if (done) return PromiseResolve({ value: undefined, done: true });
        const w = withResolvers();
        ArrayPrototypePush(waiting, w);
        return w.promise;
      },
      return(): Promise<any> {
        end();
        onClose();
        return PromiseResolve({ value: undefined, done: true });
      },
      [SymbolAsyncIterator]() {
        return iterator;
      },
    };
    return iterator;
  }
}

class Interface extends Lines {
  question(query: string, options: any, cb?: any): void {
    this.questionWith(query, options, cb);
  }
}

// PromiseInterface is node:readline/promises's.
class PromiseInterface extends Lines {
  question(query: string, options: any = {}): any {
    const signal = options?.signal;
    return own(new Promise_((resolve: any, reject: any) => {
      if (signal !== undefined) {
        validateAbortSignal(signal, "options.signal");
        if (signal.aborted) return reject(abortError(signal.reason));
      }
      if (this.closed) return reject(coded(Error_, "ERR_USE_AFTER_CLOSE", "readline was closed"));
      const cancel = this.ask(query, (answer) => {
        signal?.removeEventListener("abort", abort);
        resolve(answer);
      });
      const abort = (): void => {
        cancel();
        reject(abortError(signal.reason));
      };
      signal?.addEventListener("abort", abort, { __proto__: null, once: true });
    }));
  }
}

// Interface is called without new by older programs.
const InterfaceFunction: any = function Interface(this: any, input: any, output: any, completer: any, terminal: any): any {
  return new InterfaceClass(input, output, completer, terminal);
};
const InterfaceClass = Interface;
InterfaceFunction.prototype = Interface.prototype;
ObjectSetPrototypeOf(InterfaceFunction, EventEmitter);

function write(stream: any, text: string, cb: any): boolean {
  if (cb !== undefined) validateFunction(cb, "callback");
  if (stream === null || stream === undefined || text === "") {
    if (typeof cb === "function") nextTick(cb, null);
    return true;
  }
  return stream.write(text, cb);
}

function clearLineText(dir: number): string {
  return dir < 0 ? "\u001b[1K" : dir > 0 ? "\u001b[0K" : "\u001b[2K";
}

function cursorText(x: any, y: any): string {
  if (NumberIsNaN(x)) throw invalidArgValue("x", x);
  if (NumberIsNaN(y)) throw invalidArgValue("y", y);
  if (typeof x !== "number") throw coded(TypeError_, "ERR_INVALID_CURSOR_POS", "Cannot set cursor row without setting its column");
  return typeof y !== "number" ? `\u001b[${x + 1}G` : `\u001b[${y + 1};${x + 1}H`;
}

function moveText(dx: number, dy: number): string {
  let out = "";
  if (dx < 0) out += `\u001b[${-dx}D`;
  else if (dx > 0) out += `\u001b[${dx}C`;
  if (dy < 0) out += `\u001b[${-dy}A`;
  else if (dy > 0) out += `\u001b[${dy}B`;
  return out;
}

const cursor = {
  clearLine: (stream: any, dir: number, cb?: any) => write(stream, clearLineText(dir), cb),
  clearScreenDown: (stream: any, cb?: any) => write(stream, "\u001b[0J", cb),
  cursorTo: (stream: any, x: any, y?: any, cb?: any) => {
    if (typeof y === "function") {
      cb = y;
      y = undefined;
    }
    if (cb !== undefined) validateFunction(cb, "callback");
    if (stream === null || stream === undefined || (typeof x !== "number" && typeof y !== "number")) return write(null, "", cb);
    return write(stream, cursorText(x, y), cb);
  },
  moveCursor: (stream: any, dx: number, dy: number, cb?: any) => write(stream, moveText(dx, dy), cb),
};

class Readline {
  #stream: any;
  #auto: boolean;
  #todo: string[] = [];
  constructor(stream: any, options?: any) {
    if (stream === null || typeof stream !== "object" || typeof stream.write !== "function" || typeof stream.on !== "function") throw invalidArgType("stream", "Writable", stream);
    this.#stream = stream;
    if (options?.autoCommit !== undefined && typeof options.autoCommit !== "boolean") throw invalidArgType("options.autoCommit", "boolean", options.autoCommit);
    this.#auto = options?.autoCommit ?? false;
  }
  #add(text: string): this {
    if (this.#auto) nextTick(() => this.#stream.write(text));
    else ArrayPrototypePush(this.#todo, text);
    return this;
  }
  cursorTo(x: number, y?: number): this {
    validateInteger(x, "x");
    if (y !== undefined && y !== null) validateInteger(y, "y");
    return this.#add(cursorText(x, y));
  }
  moveCursor(dx: number, dy: number): this {
    if (!dx && !dy) return this;
    validateInteger(dx, "dx");
    validateInteger(dy, "dy");
    return this.#add(moveText(dx, dy));
  }
  clearLine(dir: number): this {
    validateInteger(dir, "dir", -1, 1);
    return this.#add(clearLineText(dir));
  }
  clearScreenDown(): this {
    return this.#add("\u001b[0J");
  }
  commit(): Promise<void> {
    let text = "";
    for (let i = 0; i < this.#todo.length; i++) text += this.#todo[i];
    this.#todo = [];
    return own(new Promise_((resolve: any) => this.#stream.write(text, () => resolve())));
  }
  rollback(): this {
    this.#todo = [];
    return this;
  }
}

const controls: any = { __proto__: null, "\r": "return", "\n": "enter", "\t": "tab", "\b": "backspace", "\u007f": "backspace", "\u001b": "escape", " ": "space" };
const sequences: any = { __proto__: null, A: "up", B: "down", C: "right", D: "left", H: "home", F: "end" };

// emitKeypressEvents makes a stream emit "keypress" for what it reads.
function emitKeypressEvents(stream: any): void {
  const keys = Symbol.for("buntime.keypress");
  if (stream[keys]) return;
  ObjectDefineProperty(stream, keys, { __proto__: null, value: true } as any);
  const decoder = new (builtin("node:string_decoder")!.StringDecoder)("utf8");
  stream.on("data", (data: any) => {
    const text: string = decoder.write(data);
    for (let i = 0; i < text.length; i++) {
      const c = text[i]!;
      const key: any = { sequence: c, name: undefined, ctrl: false, meta: false, shift: false };
      let s: string | undefined = c;
      if (c === "\u001b" && (text[i + 1] === "[" || text[i + 1] === "O") && i + 2 < text.length) {
        key.sequence = key.code = StringPrototypeSlice(text, i, i + 3);
        key.code = StringPrototypeSlice(text, i + 1, i + 3);
        key.name = sequences[text[i + 2]!];
        s = undefined;
        i += 2;
      } else if (controls[c] !== undefined) key.name = controls[c];
      else if (c <= "\u001a") {
        key.name = String.fromCharCode(StringPrototypeCharCodeAt(c, 0) + 96);
        key.ctrl = true;
      } else if ((c >= "a" && c <= "z") || (c >= "0" && c <= "9")) key.name = c;
      else if (c >= "A" && c <= "Z") {
        key.name = StringPrototypeToLowerCase(c);
        key.shift = true;
      }
      stream.emit("keypress", s, key);
    }
  });
}

ObjectDefineProperty(Interface.prototype.question, promisified, {
  __proto__: null,
  value(this: any, query: string, options?: any): Promise<string> {
    return FunctionPrototypeCall(PromiseInterface.prototype.question, this, query, options);
  },
  configurable: true,
} as any);

const promises = tidy({
  Interface: PromiseInterface,
  Readline,
  createInterface: (input: any, output?: any, completer?: any, terminal?: any) => new PromiseInterface(input, output, completer, terminal),
});

register(["node:readline", "readline"], () =>
  tidy({
    Interface: InterfaceFunction,
    ...cursor,
    createInterface: (input: any, output?: any, completer?: any, terminal?: any) => new Interface(input, output, completer, terminal),
    emitKeypressEvents,
    promises,
  }));
register(["node:readline/promises", "readline/promises"], () => promises);
