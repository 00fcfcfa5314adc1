// node:dgram between sockets of one program.
import dgram from "node:dgram";
import { createSocket, Socket } from "node:dgram";

const log = console.log;
const wait = (s, e) => new Promise((r) => s.once(e, (...a) => r(a)));
const bound = async (type, ...at) => { const s = createSocket(type); s.bind(...at); await wait(s, "listening"); return s; };
log(createSocket === dgram.createSocket, createSocket("udp4") instanceof Socket, createSocket("udp4").type, Object.keys(createSocket("udp6")).join());

const s = createSocket("udp4");
log(s.bind(0, "127.0.0.1") === s);
await wait(s, "listening");
log(s.address().address, s.address().family, s.address().port > 0, Object.keys(s.address()).join());
const p = s.address().port;
const c = createSocket({ type: "udp4" }, (m, r) => log("client", `${m}`, r.address, r.family, r.port === p, r.size));
s.on("message", (m, r) => { log("server", Buffer.isBuffer(m), `${m}`, r.address, r.family, r.port === c.address().port, r.size, Object.keys(r).join()); s.send(`re:${m}`, r.port, r.address); });
const ask = async (...a) => { const w = wait(c, "message"), sent = await new Promise((r) => c.send(...a, (...x) => r(x))); await w; log("sent", ...sent); };
await ask("hello", p, "127.0.0.1");
await ask(Buffer.from("xhellox"), 1, 5, p);
await ask("xhellox", 1, 5, p, "localhost");
await ask(["a", Buffer.from("b"), "c"], p, "localhost");
await ask(new Uint8Array(0), p);
await ask(new Uint16Array([0x4142, 0x4344]), `${p}`);
log(c.address().address);
c.connect(p);
await wait(c, "connect");
log(c.remoteAddress().port === p, c.remoteAddress().address, c.remoteAddress().family);
await ask("connected");
await ask("xconnectedx", 1, 9);
c.disconnect();
await new Promise((r) => c.connect(p, "localhost", r));
log(c.remoteAddress().address);
// A connected socket hears its peer alone.
const other = await bound("udp4");
other.send("not heard", c.address().port, "127.0.0.1");
await ask("heard");
c.disconnect();
other.close();
log(c.ref() === c, c.unref() === c);
let order = [];
c.on("close", () => order.push("close"));
log(c.close(() => order.push("callback")) === c);
await wait(c, "close");
log(order.join());
s.close();

// Six, and both.
const six = await bound("udp6", 0);
log(six.address().address, six.address().family);
for (const [type, at] of [["udp6", "::1"], ["udp4", "127.0.0.1"], ["udp6", "::ffff:127.0.0.1"]]) {
  const from = createSocket(type), got = wait(six, "message");
  from.send(type, six.address().port, at);
  const [m, r] = await got;
  log(`${m}`, r.address, r.family, r.port === from.address().port);
  from.close();
}
six.close();
const large = await bound("udp4", { port: 0, address: "localhost" });
const from = createSocket("udp4"), got = wait(large, "message");
from.send(Buffer.alloc(65507, 5), large.address().port);
log((await got)[0].length, large.address().address);
// They come in order, each by itself.
const all = [];
large.on("message", (m) => { if (all.push(`${m}`) === 50) large.emit("all"); });
for (let i = 0; i < 50; i++) from.send(`${i}`, large.address().port);
await wait(large, "all");
log(all.join());
from.close();
large.close();
const reused = createSocket({ type: "udp4", reuseAddr: true }), again = createSocket({ type: "udp4", reuseAddr: true });
await new Promise((r) => reused.bind(0, r));
await new Promise((r) => again.bind(reused.address().port, r));
log(again.address().port === reused.address().port);
reused.close();
again.close();
const ac = new AbortController(), aborted = createSocket({ type: "udp4", signal: ac.signal }), closed = wait(aborted, "close");
ac.abort();
await closed;
const idle = createSocket("udp4").bind();
idle.unref();
await wait(idle, "listening");
log("over");
