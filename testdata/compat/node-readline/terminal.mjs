// run: printf 'one\rtwo\033[D\r\033[A\r\n' | node terminal.mjs
import readline from "node:readline";
import promises from "node:readline/promises";
import { PassThrough, Writable } from "node:stream";
const turn = () => new Promise((r) => setImmediate(r));
// edit types keys, each by itself, and shows what they did to the line, and to the terminal.
async function edit(name, keys, { make = readline.createInterface, columns, ...options } = {}) {
  const input = new PassThrough();
  let shown = "";
  const output = new Writable({ write(c, e, cb) { shown += c; cb(); } });
  output.columns = columns;
  const rl = make({ input, output, terminal: true, ...options });
  const events = [];
  rl.on("line", (l) => events.push(`line ${l}`));
  rl.on("close", () => events.push("close"));
  rl.on("SIGTSTP", () => events.push("tstp"));
  rl.prompt();
  const lines = [];
  for (const k of keys) {
    input.write(k);
    await turn();
    lines.push(`${rl.line.slice(0, rl.cursor)}|${rl.line.slice(rl.cursor)}`);
  }
  console.log(name, JSON.stringify(lines), JSON.stringify(events), JSON.stringify(shown), JSON.stringify(rl.history));
  return rl;
}
const [up, down, right, left] = ["\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"];
const type = (s) => [...s];
await edit("type", [...type("hello"), "\r"]);
await edit("insert", [...type("ace"), left, left, "b", "\x05", "!", "\n"]);
await edit("delete", [...type("abcd"), "\x7f", left, "\x1b[3~", left, "\b", "\x04"]);
await edit("words", [...type("foo bar, baz"), "\x17", "\x1bb", "\x1b[1;5D", "\x1bd", "\x1bf", "\x1b[1;5C", "\x1b\x7f", "\x1b[H", "\x1b[3;5~"]);
await edit("cut", [...type("one two"), "\x02", "\x0b", "\x19", "\x15", "\x19", "\x19", "\x1by", "\x1by", "\x06", "\x01", "\x05"]);
await edit("undo", [..."ab", "\x7f", "\x15", "\x1f", "\x1f", "\x1f", "\x1e", "\x1e", "\x1e", "\x1e"]);
await edit("history", [up, up, "x", "\r", down, up, up, up, up, down, down, down, down], { history: ["two", "one"] });
await edit("history that begins", ["f", up, up, up, down, down, down, "\x10", "\x0e"], { history: ["foo", "bar", "fob", "foo"] });
await edit("duplicates", [..."a\rb\ra\r\r \r"], { removeHistoryDuplicates: true, historySize: 2 });
await edit("wide", ["\u6f22", "\u5b57", "\u{1f600}", left, left, "\u0301", "\x7f", "\x7f"], { prompt: "\x1b[32m?\x1b[0m " });
await edit("rows", [...type("abcdefgh"), left, left, left, left, "X", "\x1b[H", "\x1b[F", "\x15"], { columns: 6 });
await edit("tabs and lines", [..."a\tb", left, left, "\x7f"], { prompt: "two\nlines ", tabSize: 4 });
await edit("paste", ["one\rtwo\nthree", "\x1b[200~four\x1b[201~", "\r\n"]);
await edit("clear", ["a", "\x0c"]);
await edit("interrupted", ["a", "\x1a", "\x03", "b"]);
await edit("ended", ["a", "\x04", "\x7f", "\x04"]);
await edit("return and feed", ["a", "\r", "\n", "b", "\n", "\n"], { crlfDelay: Infinity });
const words = ["foo", "foobar", "food"];
await edit("complete", ["f", "\t", "\t", "\t", "d", "\t", "\r"], { completer: (l) => [words.filter((w) => w.startsWith(l)), l], columns: 20 });
await edit("complete later", ["b", "\t", "\t"], { completer: (l, cb) => setImmediate(cb, null, [["bar", "baz", "", "b\u6f22"], l]) });
await edit("complete otherwise", ["B", "\t", " ", "\x01", "\t"], { completer: (l) => [["bar", "bar"], l] });
await edit("complete fails", ["x", "\t"], { completer: (l, cb) => cb("no") });
await edit("complete by promise", ["f", "\t", "\t", "\t"], { make: promises.createInterface, completer: async (l) => [words, l] });
await edit("completes nothing", ["a\tb", "\t", "x"], { completer: (l) => [[], l] });
const rl = await edit("write", [..."ab"]);
rl.write("cd");
rl.write(null, { ctrl: true, name: "b" });
rl.write("!");
console.log(rl.line, rl.cursor, rl.getCursorPos(), rl.terminal, rl.columns);
rl.write(null, { ctrl: true, name: "u" });
console.log(rl.line, rl.cursor);
rl.close();
{
  const input = new PassThrough();
  const output = new PassThrough();
  const rl = readline.createInterface({ input, output, terminal: true });
  const answer = new Promise((r) => rl.question("name? ", r));
  rl._writeToOutput = () => output.write("*"); // as those do that hide what is typed
  input.write("bob\r");
  console.log(await answer, JSON.stringify(String(output.read())), rl.getPrompt(), rl._prompt);
  rl._ttyWrite = (s, k) => console.log("ttyWrite", s, k.name);
  input.write("x");
  const { isCompletionEnabled, escapeCodeTimeout, historyIndex, cursor } = rl;
  console.log({ isCompletionEnabled, escapeCodeTimeout, historyIndex, cursor });
  rl.close();
  console.log(input.listenerCount("keypress"), input.listenerCount("end"), output.listenerCount("resize"));
}
{
  const input = Object.assign(new PassThrough(), { setRawMode: (on) => console.log("raw", on) });
  const output = Object.assign(new PassThrough(), { isTTY: true });
  const rl = readline.createInterface({ input, output });
  console.log(rl.terminal);
  input.end("rest");
  rl.on("line", (l) => console.log("line", l));
  await new Promise((r) => rl.on("close", r));
}
{
  const input = new PassThrough(); // not a terminal: a line that does not end answers nothing
  const rl = readline.createInterface({ input });
  rl.on("line", (l) => console.log("line", l));
  rl.question("", (a) => { console.log("answer", a); rl.question("", () => console.log("never")); });
  input.write("a\r");
  await turn();
  input.end("\nb");
  await new Promise((r) => rl.on("close", r));
}
const real = readline.createInterface({ input: process.stdin, output: process.stdout, terminal: true });
real.on("line", (l) => console.log("got", l));
real.on("close", () => console.log("closed"));
real.prompt();
