// HTTP over Unix-domain sockets.
import http from "node:http";
import net from "node:net";
import fs from "node:fs";

const wait = (f) => new Promise(f);
const failure = (e) => console.log(e.message, JSON.stringify(e));
const ask = (o, body) => wait((r) => {
  const q = http.request(o, async (a) => {
    let s = "";
    for await (const d of a) s += d;
    console.log(a.statusCode, a.headers["x-path"], s);
    r();
  }).on("error", (e) => { failure(e); r(); });
  q.end(body);
});

const server = http.createServer(async (q, a) => {
  let n = 0;
  for await (const d of q) n += d.length;
  a.setHeader("x-path", q.url);
  a.end(`${q.method} ${n} ${q.headers.host} ${q.headers["x-y"]} ${q.socket.remoteAddress}`);
});
await wait((r) => server.listen("h.sock", r));
console.log(server.address(), fs.statSync("h.sock").isSocket());
await ask({ socketPath: "h.sock", path: "/a?b=c" });
await ask({ socketPath: process.cwd() + "/h.sock", path: "/up", method: "POST", headers: { "x-y": "z", host: "docker" } }, "body");
await ask({ socketPath: "h.sock", method: "PUT", path: "/large" }, Buffer.alloc(1_000_000));
await ask({ socketPath: "h.sock", host: "example.com", port: 8080, path: "/" });
await ask({ agent: new http.Agent({ socketPath: "h.sock" }), path: "/agent" });
await ask({ socketPath: "missing.sock" });
fs.writeFileSync("plain", "");
await ask({ socketPath: "plain" });
try { http.get({ socketPath: 5 }); } catch (e) { failure(e); }
const q = http.get({ socketPath: "h.sock" }, (a) => a.resume());
console.log(q.socketPath, q.host, q.getHeader("host"));
await wait((r) => q.on("close", r));
await wait((r) => http.createServer().on("error", (e) => { failure(e); r(); }).listen("h.sock"));
// By hand.
await wait((r) => {
  let s = "";
  const c = net.connect("h.sock", () => c.write("GET /raw HTTP/1.1\r\nHost: raw\r\nConnection: close\r\n\r\n"));
  c.on("data", (d) => s += d).on("close", () => { console.log(s.split("\r\n\r\n")[1]); r(); });
});
server.on("upgrade", (q, s, head) => s.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello"));
await wait((r) => http.get({ socketPath: "h.sock", path: "/up", headers: { connection: "upgrade", upgrade: "echo" } }).on("upgrade", (a, s, head) => {
  let t = `${head}`;
  s.on("data", (d) => t += d).on("end", () => { console.log(a.statusCode, a.headers.upgrade, t); s.end(); r(); });
}));
server.closeAllConnections();
await wait((r) => server.close(r));
console.log(fs.existsSync("h.sock"));
