// What a server of WebSockets answers to frames that come over a connection.
import net from "node:net";

const log: string[] = [];
let told: (() => void) | undefined;
const server = Bun.serve({
  port: 0,
  fetch(req, server) {
    if (server.upgrade(req, { headers: { "x-extra": "1" } })) return;
    return new Response("no", { status: 400 });
  },
  websocket: {
    maxPayloadLength: 100_000,
    message(ws, m) {
      if (m === "close") return ws.close(4001, "as asked");
      ws.send(typeof m === "string" ? `text ${m.length} ${m.slice(0, 5)}` : new Uint8Array([m.length & 255, m.length >> 8, m[0] ?? 0]));
    },
    close(ws, code) {
      log.push(`closed ${code}`);
      told?.();
    },
  },
});

function frame(first: number, payload: string | Uint8Array, masked = true): Buffer {
  const data = Buffer.from(payload as any);
  const head = data.length < 126 ? [data.length] : data.length < 65536 ? [126, data.length >> 8, data.length & 255] : [127, 0, 0, 0, 0, data.length >>> 24, (data.length >> 16) & 255, (data.length >> 8) & 255, data.length & 255];
  if (!masked) return Buffer.from([first, ...head, ...data]);
  head[0]! |= 128;
  const mask = [1, 2, 3, 4];
  return Buffer.concat([Buffer.from([first, ...head, ...mask]), data.map((b, i) => b ^ mask[i & 3]!)]);
}

// talk sends pieces once the connection is one of WebSockets, and returns the frames that come.
function talk(pieces: Buffer[], path = "/"): Promise<{ head: string; frames: string[] }> {
  return new Promise((resolve) => {
    const s = net.connect(server.port!, "127.0.0.1", () => s.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`));
    let got = Buffer.alloc(0), head = "";
    s.on("data", (b) => {
      got = Buffer.concat([got, b]);
      const end = got.indexOf("\r\n\r\n");
      if (head !== "" || end < 0) return;
      head = String(got.subarray(0, end));
      got = got.subarray(end + 4);
      for (const p of pieces) s.write(p);
    });
    s.on("error", () => {});
    s.on("close", () => {
      const frames: string[] = [];
      for (let at = 0; at + 2 <= got.length; ) {
        const op = got[at]! & 15;
        let n = got[at + 1]!, skip = 2;
        if (n === 126) [n, skip] = [got.readUInt16BE(at + 2), 4];
        const data = got.subarray(at + skip, at + skip + n);
        frames.push(op === 1 ? String(data) : op === 8 ? `close ${n >= 2 ? data.readUInt16BE(0) : ""}` : `${op}: ${[...data].join(" ")}`);
        at += skip + n;
      }
      resolve({ head, frames });
    });
  });
}

const bye = frame(0x88, new Uint8Array([3, 232]));
const cases: [string, Buffer[]][] = [
  ["text", [frame(0x81, "hello"), bye]],
  ["empty text and bytes", [frame(0x81, ""), frame(0x82, ""), bye]],
  ["two in one piece", [Buffer.concat([frame(0x81, "one"), frame(0x82, new Uint8Array([7, 8])), bye])]],
  ["in single bytes", [...Buffer.concat([frame(0x81, "slowly"), bye])].map((b) => Buffer.from([b]))],
  ["16 bits of length", [frame(0x82, new Uint8Array(300).fill(9)), frame(0x81, "é".repeat(1000)), bye]],
  ["64 bits of length", [frame(0x81, "x".repeat(70_000)), bye]],
  ["in parts, with a ping between", [frame(0x01, "par"), frame(0x89, "p"), frame(0x00, "t"), frame(0x80, "s"), bye]],
  ["ping and pong", [frame(0x89, "abc"), frame(0x8a, "nobody asked"), bye]],
  ["closed by the server", [frame(0x81, "close"), bye]],
  ["close without a code", [frame(0x88, "")]],
  ["close with one of ours", [frame(0x88, Buffer.from([0x0f, 0xa1, 0x78]))]],
];
for (const [name, pieces] of cases) {
  log.length = 0;
  const over = new Promise<void>((f) => (told = f));
  const { frames } = await talk(pieces);
  await over;
  console.log(`${name}:`, frames.join(", "), "|", log.join(", "));
}
// What breaks the rules ends the connection, however it is said.
const wrong: [string, Buffer[]][] = [
  ["not masked", [frame(0x81, "hello", false)]],
  ["reserved bits", [frame(0xf1, "hello")]],
  ["unknown kind", [frame(0x83, "hello")]],
  ["a long ping", [frame(0x89, "x".repeat(126))]],
  ["a ping in parts", [frame(0x09, "x")]],
  ["a part of nothing", [frame(0x80, "x")]],
  ["not UTF-8", [frame(0x81, new Uint8Array([0xff, 0xfe]))]],
  ["too long", [frame(0x82, new Uint8Array(100_001))]],
];
for (const [name, pieces] of wrong) {
  const over = new Promise<void>((f) => (told = f));
  const { frames } = await talk([frame(0x81, "first"), ...pieces, frame(0x81, "more")]);
  await over;
  console.log(`${name}:`, frames[0], frames.some((f) => f.startsWith("text 4")));
}
const { head } = await talk([bye]);
console.log(head.split("\r\n").map((l) => l.toLowerCase()).filter((l) => !l.startsWith("date")).sort().join("\n"));
server.stop(true);
