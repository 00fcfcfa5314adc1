// run: printf 'a\033[A\001\r\n' | node keys.mjs
import readline from "node:readline";
import { PassThrough } from "node:stream";
const show = (s, k) => `${JSON.stringify(s)} ${JSON.stringify(k)}`;
async function keys(name, chunks, options) {
  const input = new PassThrough();
  readline.emitKeypressEvents(input, options);
  console.log(name);
  input.on("keypress", (s, k) => console.log("  " + show(s, k)));
  for (const c of chunks) input.write(c);
  await new Promise((r) => setTimeout(r, 20));
}
await keys("plain", ["aZ5.\u00e9\u6f22\u{1f600} \t\r\n\b\x7f\0\x01\x1a\x1c"]);
await keys("meta", ["\x1ba\x1bZ\x1b\r\x1b\t\x1b \x1b\x7f\x1b."]);
await keys("arrows", ["\x1b[A\x1bOB\x1b[C\x1bOD\x1b[H\x1b[F\x1b[E\x1b[a\x1bOb\x1b[Z"]);
await keys("modifiers", ["\x1b[1;5C\x1b[1;2D\x1b[3;5~\x1b[3;3~\x1b[5C\x1bO5D\x1bO0A\x1b[2$\x1b[8^"]);
await keys("functions", ["\x1bOP\x1b[11~\x1b[[E\x1b[24~\x1b[5~\x1b[[6~\x1b[3~"]);
await keys("paste", ["\x1b[200~x\ny\x1b[201~"]);
await keys("unknown", ["\x1b[99~\x1b[x\x1b[1;z\x1b[1234~\x1bOq\x1b[;5A"]);
await keys("in pieces", ["\x1b", "[", "1", ";5", "C"]);
await keys("bytes in pieces", [Buffer.from([0xe6, 0xbc]), Buffer.from([0xa2])]);
await keys("escape", ["\x1b"], { escapeCodeTimeout: 5 });
await keys("escapes", ["\x1b\x1b"], { escapeCodeTimeout: 5 });
await keys("meta escape", ["\x1b\x1b\x1b", "\x1b\x1b[A"], { escapeCodeTimeout: 5 });
{
  const input = new PassThrough();
  readline.emitKeypressEvents(input);
  readline.emitKeypressEvents(input);
  input.on("newListener", (e) => e === "data" && console.log("data"));
  console.log(input.listenerCount("data"));
  input.once("keypress", (s) => console.log("once", s));
  input.write("ab");
  input.write("c"); // nobody listens
  input.write("d");
  input.on("keypress", (s) => console.log("again", s));
  input.write("e");
  await new Promise((r) => setTimeout(r, 5));
  console.log(input.listenerCount("data"));
}
{
  const input = new PassThrough();
  readline.emitKeypressEvents(input);
  let thrown = 0;
  input.on("keypress", (s) => {
    if (s === "!") throw new Error(`thrown ${++thrown}`);
    console.log("after", s);
  });
  for (const c of ["!", "ok"]) try { input.emit("data", Buffer.from(c)); } catch (e) { console.log(e.message); }
}
readline.emitKeypressEvents(process.stdin);
process.stdin.on("keypress", (s, k) => console.log("stdin", show(s, k)));
process.stdin.on("end", () => console.log("end"));
