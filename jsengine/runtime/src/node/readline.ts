// node:readline and node:readline/promises: lines of a stream. No stream of a sandbox
// is a terminal; who says that one is (terminal: true) gets lines that keys edit, and
// what a terminal would show written to the output.

import {
  ArrayIsArray, ArrayPrototypeIndexOf, ArrayPrototypePop, ArrayPrototypePush, ArrayPrototypeShift, ArrayPrototypeSplice, ArrayPrototypeUnshift, DateNow, FunctionPrototypeCall, MathCeil, MathFloor, MathMax, MathMin, NumberIsFinite, NumberIsNaN, ObjectDefineProperty, ObjectSetPrototypeOf, Promise_,
  PromisePrototypeThen, PromiseReject, PromiseResolve, RegExpPrototypeExec, StringPrototypeCharCodeAt, StringPrototypeCodePointAt, StringPrototypeRepeat, StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeTrim, StringPrototypeTrimEnd, SymbolAsyncIterator, SymbolDispose, TypeError_, RangeError_,
  Error_, own, setOwn, withResolvers,
} from "../primordials.ts";
import { builtin, register } from "../modules.ts";
import { process } from "../process.ts";
import { nextTick } from "../timers.ts";
import { stringWidth, stripANSI } from "../width.ts";
import { EventEmitter } from "./events.ts";
import { abortError, coded, invalidArgType, invalidArgValue, validateAbortSignal, validateFunction, validateInteger, validateString } from "./errors.ts";
import { emitKeypressEvents, widthAt } from "./keys.ts";
import { tidy } from "./names.ts";

const promisified = Symbol.for("nodejs.util.promisify.custom");

// State is text and where the cursor is in it, to go back to.
interface State {
  text: string;
  cursor: number;
}

// maxUndo and maxKilled bound what can be undone, and the ring of what was cut.
const maxUndo = 2048;
const maxKilled = 32;

// Lines holds what Node keeps in a class above Interface. Programs replace the methods that begin with _, and call them, on
// the interfaces with callbacks, so that all calls go by the object.
class Lines extends EventEmitter {
  #decoder: any;
  #rest = ""; // of a line that has not ended
  #returned: number | undefined; // when a carriage return came last, if a line feed may be a part of it
  #question: ((answer: string) => void) | null = null;
  #prompt: string;
  #oldPrompt: string | undefined;
  #abort: (() => void) | undefined;
  #key: any = null; // the last one
  #search: string | null = null; // how what up and down look for in the history begins
  #undo: State[] = [];
  #redo: State[] = [];
  #killed: string[] = []; // newest first
  #yank = 0; // which of them was inserted last
  #yanking = false;
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
    if (terminal === undefined && output !== undefined && output !== null) terminal = output.isTTY;
    this.#prompt = `${prompt}`;
    setOwn(this, "isCompletionEnabled", true);
    setOwn(this, "escapeCodeTimeout", escapeCodeTimeout);
    setOwn(this, "tabSize", tabSize);
    setOwn(this, "line", "");
    setOwn(this, "output", output);
    setOwn(this, "input", input);
    setOwn(this, "history", history);
    setOwn(this, "historySize", historySize);
    setOwn(this, "removeHistoryDuplicates", removeHistoryDuplicates);
    setOwn(this, "crlfDelay", crlfDelay ? MathMax(100, crlfDelay) : 100);
    setOwn(this, "completer", completer);
    setOwn(this, "terminal", Boolean(terminal));
    setOwn(this, "closed", false);
    setOwn(this, "paused", false);
    if (typeof input?.on !== "function") throw new TypeError_("input.on is not a function");
    this._onerror = (e: unknown) => this.emit("error", e);
    input.on("error", this._onerror);
    if (this.terminal) this.#listenToKeys(input);
    else this.#listenToText(input);
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

  #listenToText(input: any): void {
    this.#decoder = new (builtin("node:string_decoder")!.StringDecoder)("utf8");
    const onData = (data: any): void => this._normalWrite(data);
    const onEnd = (): void => {
      const line = this.#rest;
      this.#rest = "";
      if (line !== "") this.emit("line", line); // which answers no question
      this.close();
    };
    input.on("data", onData);
    input.on("end", onEnd);
    this.once("close", () => {
      input.removeListener("data", onData);
      input.removeListener("error", this._onerror);
      input.removeListener("end", onEnd);
    });
  }

  #listenToKeys(input: any): void {
    setOwn(this, "cursor", 0);
    setOwn(this, "historyIndex", -1);
    const onKey = (s: any, key: any): void => {
      this._ttyWrite(s, key);
      // What half of a surrogate pair shows depends on the other half.
      const c = typeof key?.sequence === "string" ? StringPrototypeCodePointAt(key.sequence, 0) : undefined;
      if (c !== undefined && c >= 0xd800 && c <= 0xdfff) this._refreshLine();
    };
    const onEnd = (): void => {
      if (typeof this.line === "string" && this.line.length > 0) this.emit("line", this.line);
      this.close();
    };
    const onResize = (): void => this._refreshLine();
    const { output } = this;
    emitKeypressEvents(input, this);
    input.on("keypress", onKey);
    input.on("end", onEnd);
    this._setRawMode(true);
    output?.on("resize", onResize);
    this.once("close", () => {
      input.removeListener("keypress", onKey);
      input.removeListener("error", this._onerror);
      input.removeListener("end", onEnd);
      output?.removeListener("resize", onResize);
    });
  }

  #justReturned(): boolean {
    return this.#returned !== undefined && DateNow() - this.#returned <= this.crlfDelay;
  }
  #take(text: string): void {
    if (text === "") return;
    let from = 0;
    if (text[0] === "\n" && this.#justReturned()) from = 1;
    this.#returned = undefined;
    for (let i = from; i < text.length; i++) {
      const c = StringPrototypeCharCodeAt(text, i);
      if (c !== 10 && c !== 13) continue;
      const line = this.#rest + StringPrototypeSlice(text, from, i);
      this.#rest = "";
      if (c === 13) {
        if (i + 1 >= text.length) this.#returned = DateNow();
        else if (text[i + 1] === "\n") i++;
      }
      from = i + 1;
      this._onLine(line);
    }
    this.#rest += StringPrototypeSlice(text, from);
  }

  getPrompt(): string {
    return this.#prompt;
  }
  setPrompt(prompt: string): void {
    this.#prompt = prompt;
  }
  get columns(): number {
    return this.output?.columns || Infinity;
  }
  prompt(preserveCursor?: boolean): void {
    if (this.paused) this.resume();
    if (this.terminal && process.env.TERM !== "dumb") {
      if (!preserveCursor) this.cursor = 0;
      this._refreshLine();
    } else this._writeToOutput(this.#prompt);
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
    this.setPrompt(this.#oldPrompt!);
    this.clearLine();
  }
  // ask is question without the checks; hidden from programs below.
  ask(query: string, cb: (answer: string) => void): () => void {
    if (this.#question !== null) this.prompt();
    else {
      this.#oldPrompt = this.#prompt;
      this.setPrompt(query);
      this.#question = cb;
      this.prompt();
    }
    return () => this.#cancel();
  }
  write(data: any, key?: any): void {
    if (this.closed) throw coded(Error_, "ERR_USE_AFTER_CLOSE", "readline was closed");
    if (this.paused) this.resume();
    if (this.terminal) this._ttyWrite(data, key);
    else if (data !== undefined && data !== null) this._normalWrite(data);
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
    if (this.terminal) this._setRawMode(false);
    this.#abort?.();
    this.closed = true;
    this.emit("close");
  }

  _setRawMode(mode: boolean): any {
    const was = this.input.isRaw;
    if (typeof this.input.setRawMode === "function") this.input.setRawMode(mode);
    return was;
  }
  _normalWrite(data: any): void {
    if (data !== undefined) this.#take(this.#decoder.write(data));
  }
  _onLine(line: string): void {
    const q = this.#question;
    if (q !== null) {
      this.#question = null;
      this.setPrompt(this.#oldPrompt!);
      q(line);
    } else this.emit("line", line);
  }
  _writeToOutput(text: string): void {
    validateString(text, "stringToWrite");
    if (this.output !== undefined && this.output !== null) this.output.write(text);
  }

  // _addHistory puts the line first in the history and returns it.
  _addHistory(): string {
    const { line, history } = this;
    if (line.length === 0) return "";
    if (history === undefined || this.historySize === 0 || StringPrototypeTrim(line).length === 0) return line;
    if (history.length === 0 || history[0] !== line) {
      if (this.removeHistoryDuplicates) {
        const i = ArrayPrototypeIndexOf(history, line);
        if (i !== -1) ArrayPrototypeSplice(history, i, 1);
      }
      ArrayPrototypeUnshift(history, line);
      if (history.length > this.historySize) ArrayPrototypePop(history);
    }
    this.historyIndex = -1;
    const first = history[0]; // listeners may change it
    this.emit("history", history);
    return first;
  }
  _refreshLine(): void {
    const { output } = this;
    const text = this.#prompt + this.line;
    const end = this._getDisplayPos(text);
    const at = this.getCursorPos();
    const rows = this.prevRows || 0;
    if (rows > 0) cursor.moveCursor(output, 0, -rows);
    cursor.cursorTo(output, 0);
    cursor.clearScreenDown(output);
    this._writeToOutput(text);
    if (end.cols === 0) this._writeToOutput(" "); // so that the terminal has the new line
    cursor.cursorTo(output, at.cols);
    if (end.rows > at.rows) cursor.moveCursor(output, 0, at.rows - end.rows);
    this.prevRows = at.rows;
  }
  _getDisplayPos(text: string): { cols: number; rows: number } {
    const { columns, tabSize } = this;
    text = stripANSI(text);
    let offset = 0;
    let rows = 0;
    for (let i = 0; i < text.length;) {
      const c: string = StringPrototypeSlice(text, i, i += widthAt(text, i));
      if (c === "\n") {
        rows += MathCeil(offset / columns) || 1; // an empty line is one as well
        offset = 0;
      } else if (c === "\t") offset += tabSize - (offset % tabSize);
      else if (stringWidth(c, false) < 2) offset += stringWidth(c, false);
      else offset += (offset + 1) % columns === 0 ? 3 : 2; // which is not cut at the end of a row
    }
    const cols = offset % columns;
    return { cols, rows: rows + (offset - cols) / columns };
  }
  getCursorPos(): { cols: number; rows: number } {
    return this._getDisplayPos(this.#prompt + StringPrototypeSlice(this.line, 0, this.cursor));
  }
  _moveCursor(by: number): void {
    if (by === 0) return;
    const from = this.getCursorPos();
    this.cursor = MathMin(MathMax(this.cursor + by, 0), this.line.length);
    const to = this.getCursorPos();
    if (from.rows === to.rows) cursor.moveCursor(this.output, to.cols - from.cols, 0);
    else this._refreshLine();
  }
  clearLine(): void {
    this._moveCursor(Infinity);
    this._writeToOutput("\r\n");
    this.line = "";
    this.cursor = 0;
    this.prevRows = 0;
  }
  _line(): void {
    const line = this._addHistory();
    this.#undo = [];
    this.#redo = [];
    this.clearLine();
    this._onLine(line);
  }

  // edit keeps what the line was, and makes it what is left and right of the cursor.
  #edit(left: string, right: string): void {
    this.#remember();
    this.line = left + right;
    this.cursor = left.length;
  }
  #remember(): void {
    if (ArrayPrototypePush(this.#undo, { text: this.line, cursor: this.cursor }) > maxUndo) ArrayPrototypeShift(this.#undo);
  }
  // goBack takes the newest state of one stack, and keeps what is now in the other.
  #goBack(from: State[], to: State[]): void {
    if (from.length === 0) return;
    ArrayPrototypePush(to, { text: this.line, cursor: this.cursor });
    const { text, cursor } = ArrayPrototypePop(from);
    this.line = text;
    this.cursor = cursor;
    this._refreshLine();
  }
  #left(): string {
    return StringPrototypeSlice(this.line, 0, this.cursor);
  }
  #right(): string {
    return StringPrototypeSlice(this.line, this.cursor);
  }
  // before is how many units the character left of the cursor takes.
  #before(): number {
    const { line, cursor } = this;
    return cursor <= 0 ? 0 : cursor > 1 && StringPrototypeCodePointAt(line, cursor - 2) > 0xffff ? 2 : 1;
  }

  _insertString(text: string): void {
    if (!this.isCompletionEnabled) { // more was pasted: what follows shows the line
      this.#edit(this.#left() + text, this.#right());
      this._writeToOutput(text);
      return;
    }
    if (this.cursor < this.line.length) {
      this.#edit(this.#left() + text, this.#right());
      this._refreshLine();
      return;
    }
    const from = this.getCursorPos();
    this.#edit(this.line + text, "");
    if (from.rows < this.getCursorPos().rows) this._refreshLine();
    else this._writeToOutput(text);
  }
  _deleteLeft(): void {
    if (this.cursor <= 0 || this.line.length === 0) return;
    this.#edit(StringPrototypeSlice(this.line, 0, this.cursor - this.#before()), this.#right());
    this._refreshLine();
  }
  _deleteRight(): void {
    if (this.cursor >= this.line.length) return;
    this.#edit(this.#left(), StringPrototypeSlice(this.line, this.cursor + widthAt(this.line, this.cursor)));
    this._refreshLine();
  }
  _wordLeft(): void {
    if (this.cursor > 0) this._moveCursor(-wordBefore(this.#left()));
  }
  _wordRight(): void {
    if (this.cursor < this.line.length) this._moveCursor(RegExpPrototypeExec(/^(?:\s+|[^\w\s]+|\w+)\s*/, this.#right())[0].length);
  }
  _deleteWordLeft(): void {
    if (this.cursor <= 0) return;
    const left = this.#left();
    this.#edit(StringPrototypeSlice(left, 0, left.length - wordBefore(left)), this.#right());
    this._refreshLine();
  }
  _deleteWordRight(): void {
    if (this.cursor >= this.line.length) return;
    const right = this.#right();
    this.#edit(this.#left(), StringPrototypeSlice(right, RegExpPrototypeExec(/^(?:\s+|\W+|\w+)\s*/, right)[0].length));
    this._refreshLine();
  }
  _deleteLineLeft(): void {
    const cut = this.#left();
    this.#edit("", this.#right());
    this.#keepKilled(cut);
    this._refreshLine();
  }
  _deleteLineRight(): void {
    const cut = this.#right();
    this.#edit(this.#left(), "");
    this.#keepKilled(cut);
    this._refreshLine();
  }
  #keepKilled(text: string): void {
    if (text === "" || text === this.#killed[0]) return;
    ArrayPrototypeUnshift(this.#killed, text);
    this.#yank = 0;
    if (this.#killed.length > maxKilled) ArrayPrototypePop(this.#killed);
  }
  #insertKilled(): void {
    if (this.#killed.length === 0) return;
    this.#yanking = true;
    this._insertString(this.#killed[this.#yank]!);
  }
  // replaceKilled puts the one before in the place of what was just inserted.
  #replaceKilled(): void {
    if (!this.#yanking || this.#killed.length < 2) return;
    const last = this.#killed[this.#yank]!;
    this.#yank = (this.#yank + 1) % this.#killed.length;
    const left = StringPrototypeSlice(this.line, 0, this.cursor - last.length) + this.#killed[this.#yank]!;
    this.line = left + this.#right();
    this.cursor = left.length;
    this._refreshLine();
  }

  _historyNext(): void {
    if (this.historyIndex >= 0) this.#walk(-1);
  }
  _historyPrev(): void {
    if (this.historyIndex < this.history.length && this.history.length > 0) this.#walk(1);
  }
  // walk goes to the next other line of the history that begins with what is looked for; past its ends is that itself.
  #walk(step: number): void {
    this.#remember();
    const { history, line } = this;
    const search = this.#search ?? "";
    let i = this.historyIndex + step;
    while (i >= 0 && i < history.length && (!StringPrototypeStartsWith(history[i], search) || history[i] === line)) i += step;
    this.line = i >= 0 && i < history.length ? history[i] : search;
    this.historyIndex = i;
    this.cursor = this.line.length;
    this._refreshLine();
  }

  // _tabComplete asks the completer what the text left of the cursor may become.
  _tabComplete(again: boolean): void {
    this.pause();
    const done = (error: any, found: any): void => {
      this.resume();
      if (error) this._writeToOutput(`Tab completion error: ${builtin("node:util")!.inspect(error)}`);
      else this.#complete(again, found[0], found[1]);
    };
    this.callCompleter(this.#left(), done);
  }
  callCompleter(text: string, done: (error: any, found?: any) => void): void {
    if (this.completer.length === 2) this.completer(text, done);
    else done(null, this.completer(text));
  }
  #complete(again: boolean, found: any, text: string): void {
    if (!found || found.length === 0) return;
    const prefix = commonPrefix(found);
    if (StringPrototypeStartsWith(prefix, text) && prefix.length > text.length) {
      this._insertString(StringPrototypeSlice(prefix, text.length));
      return;
    }
    if (!StringPrototypeStartsWith(text, prefix)) {
      const right = this.#right();
      const left = StringPrototypeSlice(this.line, 0, this.cursor - text.length) + prefix;
      this.line = left + right;
      this.cursor = left.length;
      this._refreshLine();
      return;
    }
    if (!again) return;
    this.#remember();
    this._writeToOutput(inColumns(found, this.columns));
    this._refreshLine();
  }

  // _ttyWrite does what a key does.
  _ttyWrite(text: any, pressed: any): void {
    const last = this.#key;
    const key = pressed || {};
    this.#key = key;
    if (!key.meta || key.name !== "y") this.#yanking = false;
    if ((key.name === "up" || key.name === "down") && !key.ctrl && !key.meta && !key.shift) {
      if (this.#search === null) this.#search = this.#left();
    } else if (this.#search !== null) {
      this.#search = null;
      if (this.history.length === this.historyIndex) this.historyIndex = -1; // nothing was found
    }
    if (typeof key.sequence === "string") {
      if (key.sequence[0] === "\u001f") return this.#goBack(this.#undo, this.#redo);
      if (key.sequence[0] === "\u001e") return this.#goBack(this.#redo, this.#undo);
    }
    if (process.env.TERM === "dumb") return this.#writeDumb(text, key);
    if (key.name === "escape") return;
    if (key.ctrl && key.shift) {
      if (key.name === "backspace") this._deleteLineLeft();
      else if (key.name === "delete") this._deleteLineRight();
    } else if (key.ctrl) this.#control(key.name);
    else if (key.meta) this.#meta(key.name);
    else this.#type(text, key.name, last?.name === "tab");
  }
  #control(name: string): void {
    switch (name) {
      case "c":
        if (this.listenerCount("SIGINT") > 0) this.emit("SIGINT");
        else this.close();
        break;
      case "d":
        if (this.cursor === 0 && this.line.length === 0) this.close();
        else this._deleteRight();
        break;
      case "h": return this._deleteLeft();
      case "u": return this._deleteLineLeft();
      case "k": return this._deleteLineRight();
      case "a": return this._moveCursor(-Infinity);
      case "e": return this._moveCursor(Infinity);
      case "b": return this._moveCursor(-this.#before());
      case "f": return this._moveCursor(widthAt(this.line, this.cursor));
      case "l":
        cursor.cursorTo(this.output, 0, 0);
        cursor.clearScreenDown(this.output);
        this._refreshLine();
        break;
      case "n": return this._historyNext();
      case "p": return this._historyPrev();
      case "y": return this.#insertKilled();
      case "z": // nothing stops a program of a sandbox
        if (this.listenerCount("SIGTSTP") > 0) this.emit("SIGTSTP");
        break;
      case "w": case "backspace": return this._deleteWordLeft();
      case "delete": return this._deleteWordRight();
      case "left": return this._wordLeft();
      case "right": return this._wordRight();
    }
  }
  #meta(name: string): void {
    switch (name) {
      case "b": return this._wordLeft();
      case "f": return this._wordRight();
      case "d": case "delete": return this._deleteWordRight();
      case "backspace": return this._deleteWordLeft();
      case "y": return this.#replaceKilled();
    }
  }
  #type(text: any, name: string, tabbed: boolean): void {
    const fedAfterReturn = name === "enter" && this.#justReturned();
    this.#returned = name === "return" ? DateNow() : undefined;
    switch (name) {
      case "return": return this._line();
      case "enter": return fedAfterReturn ? undefined : this._line();
      case "backspace": return this._deleteLeft();
      case "delete": return this._deleteRight();
      case "left": return this._moveCursor(-this.#before());
      case "right": return this._moveCursor(widthAt(this.line, this.cursor));
      case "home": return this._moveCursor(-Infinity);
      case "end": return this._moveCursor(Infinity);
      case "up": return this._historyPrev();
      case "down": return this._historyNext();
      case "tab":
        if (typeof this.completer === "function" && this.isCompletionEnabled) return this._tabComplete(tabbed);
    }
    if (typeof text !== "string" || text === "") return;
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      if (text[i] !== "\n" && text[i] !== "\r") continue;
      this._insertString(StringPrototypeSlice(text, from, i));
      if (text[i] === "\r" && text[i + 1] === "\n") i++;
      from = i + 1;
      this._line();
    }
    this._insertString(StringPrototypeSlice(text, from));
  }
  // writeDumb is for a terminal that moves no cursor: it only gets what is typed.
  #writeDumb(text: any, key: any): void {
    if (key.name === "escape") return;
    const fedAfterReturn = key.name === "enter" && this.#justReturned();
    this.#returned = key.name === "return" ? DateNow() : undefined;
    if (key.ctrl && (key.name === "c" || key.name === "d")) return key.name === "c" ? this.#control("c") : this.close();
    if (key.name === "return") this._line();
    else if (key.name === "enter") {
      if (!fedAfterReturn) this._line();
    } else if (typeof text === "string" && text !== "") {
      this.line += text;
      this.cursor += text.length;
      this._writeToOutput(text);
    }
  }

  // What Node has for programs that look inside.
  get _prompt(): string {
    return this.#prompt;
  }
  set _prompt(v: string) {
    this.#prompt = v;
  }
  get _oldPrompt(): any {
    return this.#oldPrompt;
  }
  set _oldPrompt(v: any) {
    this.#oldPrompt = v;
  }
  get _questionCallback(): any {
    return this.#question;
  }
  set _questionCallback(v: any) {
    this.#question = v ?? null;
  }
  get _previousKey(): any {
    return this.#key;
  }
  set _previousKey(v: any) {
    this.#key = v;
  }
  get _line_buffer(): any {
    return this.#rest;
  }
  set _line_buffer(v: any) {
    this.#rest = v ?? "";
  }
  get _decoder(): any {
    return this.#decoder;
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
  callCompleter(text: string, done: (error: any, found?: any) => void): void {
    let found: any;
    try {
      found = own(PromiseResolve(this.completer(text)));
    } catch (e) {
      done(e || true);
      return;
    }
    PromisePrototypeThen(found, (v: any) => done(null, v), (e: any) => done(e || true));
  }
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

// wordBefore is how long the word or the punctuation that a text ends with is, and the space after it.
function wordBefore(text: string): number {
  const spaced = StringPrototypeTrimEnd(text);
  return text.length - spaced.length + (RegExpPrototypeExec(/(?:\w+|[^\w\s]+|)$/, spaced)[0].length as number);
}

// commonPrefix is how all texts begin but empty ones, which only part groups.
function commonPrefix(texts: any): string {
  let prefix: string | undefined;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    if (text === "") continue;
    if (prefix === undefined) prefix = text as string;
    let n = 0;
    while (n < prefix.length && prefix[n] === text[n]) n++;
    prefix = StringPrototypeSlice(prefix, 0, n) as string;
  }
  return prefix ?? "";
}

// inColumns lists what a text may become; an empty one starts another group.
function inColumns(texts: any, columns: number): string {
  let width = 0;
  for (let i = 0; i < texts.length; i++) width = MathMax(width, stringWidth(texts[i]) + 2);
  const perRow = columns === Infinity ? 1 : MathFloor(columns / width) || 1;
  let out = "\r\n";
  let inRow = 0;
  let gap = 0;
  for (let i = 0; i < texts.length; i++) {
    const text: string = texts[i];
    if (text === "" || inRow === perRow) {
      out += "\r\n";
      inRow = gap = 0;
    } else out += StringPrototypeRepeat(" ", gap);
    if (text !== "") {
      out += text;
      gap = width - stringWidth(text);
      inRow++;
    } else out += "\r\n";
  }
  return inRow !== 0 ? `${out}\r\n\r\n` : out;
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
