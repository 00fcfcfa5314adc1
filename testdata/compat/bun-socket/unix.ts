// Bun.listen and Bun.connect at a path, and among node:net's.
import fs from "node:fs";
import net from "node:net";

const failure = (e: any) => console.log(e.name, e.message, JSON.stringify(e));
let ended = Promise.withResolvers<void>();
const server = Bun.listen({
  unix: "u.sock",
  socket: {
    open(s) { console.log(s.remoteAddress, s.remotePort, s.remoteFamily, s.localAddress, s.localPort); },
    data(s, d) { s.write(`<${d}>`); },
    close() { ended.resolve(); },
  },
});
console.log(server.unix, (server as any).hostname, (server as any).port, fs.statSync("u.sock").isSocket());
const said = Promise.withResolvers<string>();
const c = await Bun.connect({ unix: "./u.sock", socket: { data(s, d) { said.resolve(`${d}`); } } });
c.write("hi");
console.log(await said.promise, c.remoteAddress, c.remotePort, c.localAddress);
c.end();
await ended.promise;
await new Promise<void>((r) => net.connect("u.sock").end("node").on("data", (d) => console.log(`${d}`)).on("close", () => r()));
for (const unix of ["u.sock", "/no/such/u.sock"]) try { Bun.listen({ unix, socket: { data() {} } }); } catch (e) { failure(e); }
for (const unix of ["none.sock", "no/such"]) await Bun.connect({ unix, socket: { data() {}, connectError(s, e: any) { console.log("connectError", e.code, s.readyState); } } }).catch(failure);
fs.writeFileSync("plain", "");
await Bun.connect({ unix: "plain", socket: { data() {} } }).catch(failure);
server.stop();
console.log(fs.existsSync("u.sock"));
const hidden = Bun.listen({ unix: "\0compat-bun-socket", socket: { data(s, d) { s.end(d); } } });
await new Promise<void>((r) => net.connect("\0compat-bun-socket").on("data", (d) => console.log(`${d}`)).on("close", () => r()).write("abstract"));
hidden.stop();

// A server of node:net, and one that speaks HTTP by itself.
const node = net.createServer((s) => s.on("data", (d) => s.end(`node ${d}`)));
await new Promise<void>((r) => node.listen(0, "127.0.0.1", () => r()));
const { port } = node.address() as any;
const parts: string[] = [];
await new Promise<void>((r) => Bun.connect({ hostname: "localhost", port, socket: { open(s) { s.write("bun"); }, data(s, d) { parts.push(`${d}`); }, close() { r(); } } }));
console.log(parts.join(""));
node.close();
const raw = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data(s, d) { const [line] = `${d}`.split("\r\n"); s.end(`HTTP/1.1 200 OK\r\nContent-Length: ${line!.length}\r\nConnection: close\r\n\r\n${line}`); } } });
const a = await fetch(`http://127.0.0.1:${raw.port}/raw`);
console.log(a.status, await a.text());
await new Promise<void>((r) => net.connect(raw.port, "127.0.0.1").on("data", (d) => console.log(`${d}`.split("\r\n\r\n")[1])).on("close", () => r()).write("GET /by-hand HTTP/1.1\r\n\r\n"));
raw.stop();
