// Keypress events: what the bytes of a terminal, or of who plays one, say in keys.
// http://invisible-island.net/xterm/ctlseqs/ctlseqs.html has the sequences.

import { ObjectKeys, RegExpPrototypeExec, SafeWeakSet, StringFromCharCode, StringPrototypeCharCodeAt, StringPrototypeCodePointAt, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeToLowerCase } from "../primordials.ts";
import { builtin } from "../modules.ts";
import { clearTimeout, setTimeout } from "../timers.ts";

const ESC = "\u001b";

// sequences are what follows ESC, without modifiers, and the keys that it stands for: those of xterm, rxvt, PuTTY, Cygwin
// and the Linux console. A key after ^ is one with Ctrl, after + one with Shift.
const sequences: any = table({
  f1: "OP [P [11~ [[A", f2: "OQ [Q [12~ [[B", f3: "OR [R [13~ [[C", f4: "OS [S [14~ [[D", f5: "[15~ [[E",
  f6: "[17~", f7: "[18~", f8: "[19~", f9: "[20~", f10: "[21~", f11: "[23~", f12: "[24~",
  up: "[A OA", down: "[B OB", right: "[C OC", left: "[D OD", clear: "[E OE", end: "[F OF [4~ [8~", home: "[H OH [1~ [7~",
  insert: "[2~", delete: "[3~", pageup: "[5~ [[5~", pagedown: "[6~ [[6~", "paste-start": "[200~", "paste-end": "[201~",
  "+up": "[a", "+down": "[b", "+right": "[c", "+left": "[d", "+clear": "[e", "+insert": "[2$", "+delete": "[3$", "+pageup": "[5$", "+pagedown": "[6$", "+home": "[7$", "+end": "[8$", "+tab": "[Z",
  "^up": "Oa", "^down": "Ob", "^right": "Oc", "^left": "Od", "^clear": "Oe", "^insert": "[2^", "^delete": "[3^", "^pageup": "[5^", "^pagedown": "[6^", "^home": "[7^", "^end": "[8^",
});

const single: any = { __proto__: null, "\r": "return", "\n": "enter", "\t": "tab", "\b": "backspace", "\u007f": "backspace", [ESC]: "escape", " ": "space" };

function table(keys: any): any {
  const out: any = { __proto__: null };
  const names = ObjectKeys(keys);
  for (let i = 0; i < names.length; i++) {
    const codes = StringPrototypeSplit(keys[names[i]!], " ");
    for (let j = 0; j < codes.length; j++) out[codes[j]] = names[i];
  }
  return out;
}

const isDigit = (c: string): boolean => c >= "0" && c <= "9" && c.length === 1;

// widthAt is how many units of a string the character at i takes.
export function widthAt(s: string, i: number): number {
  return i < s.length && StringPrototypeCodePointAt(s, i) > 0xffff ? 2 : 1;
}

// State is how much of a sequence was read: what the last character was.
const enum State { Start, Escape, Escapes, Letter, LetterDigit, Bracket, Brackets, Digit1, Digit2, Digit3, Semicolon, Modifier }

// next is the state after a character, Start if the sequence is whole with it.
function next(state: State, c: string): State {
  switch (state) {
    case State.Start:
      return c === ESC ? State.Escape : State.Start;
    case State.Escape:
    case State.Escapes:
      if (c === ESC && state === State.Escape) return State.Escapes;
      return c === "O" ? State.Letter : c === "[" ? State.Bracket : State.Start;
    case State.Letter:
      return isDigit(c) ? State.LetterDigit : State.Start;
    case State.Bracket:
    case State.Brackets:
    case State.Digit1:
    case State.Digit2:
    case State.Digit3:
      if (c === ";") return State.Semicolon;
      if (c === "[") return state === State.Bracket ? State.Brackets : State.Start;
      if (!isDigit(c) || state === State.Digit3) return State.Start;
      return state === State.Digit1 ? State.Digit2 : state === State.Digit2 ? State.Digit3 : State.Digit1;
    case State.Semicolon:
      return isDigit(c) ? State.Modifier : State.Start;
    default:
      return State.Start;
  }
}

// press emits the event for a sequence that is whole, or that nothing followed in time (timedOut); nothing for what is no key.
function press(stream: any, s: string, timedOut: boolean): void {
  const escaped = s[0] === ESC;
  const head = !escaped ? 0 : s[1] === ESC ? 2 : 1;
  const rest: string = StringPrototypeSlice(s, head);
  const key: any = { sequence: s, name: undefined, ctrl: false, meta: false, shift: false };
  if (escaped && (rest[0] === "O" || rest[0] === "[") && rest.length > 1) {
    const { code, modifier } = parse(rest);
    key.ctrl = (modifier & 4) !== 0;
    key.meta = (modifier & 10) !== 0;
    key.shift = (modifier & 1) !== 0;
    const name: string | undefined = sequences[code];
    const flag = name === undefined ? "" : name[0];
    if (flag === "+") key.shift = true;
    if (flag === "^") key.ctrl = true;
    key.name = name === undefined ? "undefined" : flag === "+" || flag === "^" ? StringPrototypeSlice(name, 1) : name;
    stream.emit("keypress", undefined, { sequence: s, name: key.name, ctrl: key.ctrl, meta: key.meta, shift: key.shift, code });
    return;
  }
  if (single[rest] !== undefined) {
    key.name = single[rest];
    key.meta = escaped;
  } else if (!escaped && rest <= "\u001a") {
    key.name = StringFromCharCode(StringPrototypeCharCodeAt(rest, 0) + 96);
    key.ctrl = true;
  } else if (RegExpPrototypeExec(/^[0-9A-Za-z]$/, rest) !== null) {
    key.name = StringPrototypeToLowerCase(rest);
    key.shift = rest >= "A" && rest <= "Z";
    key.meta = escaped;
  } else if (escaped) {
    key.name = timedOut ? "escape" : undefined;
    key.meta = true;
  }
  if (escaped || key.name !== undefined || widthAt(s, 0) === s.length) stream.emit("keypress", escaped ? undefined : s, key);
}

// parse splits a sequence without ESC into its code and the bits of its modifiers.
function parse(s: string): { code: string; modifier: number } {
  if (s[0] === "O") return isDigit(s[1]!) && s.length > 2 ? { code: `O${StringPrototypeSlice(s, 2)}`, modifier: +s[1]! - 1 } : { code: s, modifier: 0 };
  const lead = s[1] === "[" ? "[[" : "[";
  const command: string = StringPrototypeSlice(s, lead.length);
  let m = RegExpPrototypeExec(/^(\d\d?)(?:;(\d))?([~^$])$/, command);
  if (m !== null) return { code: lead + m[1] + m[3], modifier: (m[2] || 1) - 1 };
  m = RegExpPrototypeExec(/^(?:(?:\d;)?(\d))?([A-Za-z])$/, command);
  if (m !== null) return { code: lead + m[2], modifier: (m[1] || 1) - 1 };
  return { code: lead + command, modifier: 0 };
}

// Watcher is who is told how keys come: an Interface of readline.
interface Watcher {
  escapeCodeTimeout?: number;
  [key: string]: any;
}

const watched = new SafeWeakSet<object>();

// emitKeypressEvents makes a stream emit "keypress" for what it reads, while somebody listens.
export function emitKeypressEvents(stream: any, watcher: Watcher = {}): void {
  if (watched.has(stream)) return;
  watched.add(stream);
  const decoder = new (builtin("node:string_decoder")!.StringDecoder)("utf8");
  const { escapeCodeTimeout = 500 } = watcher;
  let state: State = State.Start;
  let sequence = "";
  let timer: any;
  const take = (c: string, timedOut: boolean): void => {
    const s = sequence + c;
    state = next(state, c);
    if (state !== State.Start) {
      sequence = s;
      return;
    }
    sequence = ""; // first: a listener that throws leaves no half of a sequence
    if (s !== "") press(stream, s, timedOut);
  };
  const onData = (data: any): void => {
    if (stream.listenerCount("keypress") === 0) {
      stream.removeListener("data", onData);
      stream.on("newListener", onNewListener);
      return;
    }
    const text: string = decoder.write(data);
    if (text === "") return;
    clearTimeout(timer);
    // A tab amid other characters was pasted, and completes nothing.
    watcher._sawKeyPress = widthAt(text, 0) === text.length;
    watcher.isCompletionEnabled = false;
    for (let i = 0; i < text.length;) {
      const c: string = StringPrototypeSlice(text, i, i += widthAt(text, i));
      if (i === text.length) watcher.isCompletionEnabled = true;
      take(c, false);
      if (i === text.length && c === ESC) timer = setTimeout(take, escapeCodeTimeout, "", true);
    }
  };
  const onNewListener = (event: unknown): void => {
    if (event !== "keypress") return;
    stream.on("data", onData);
    stream.removeListener("newListener", onNewListener);
  };
  if (stream.listenerCount("keypress") > 0) stream.on("data", onData);
  else stream.on("newListener", onNewListener);
}
