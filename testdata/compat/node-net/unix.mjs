// Unix-domain sockets: listening, connecting, addresses and what goes wrong.
import net from "node:net";
import fs from "node:fs";

const wait = (f) => new Promise(f);
const failure = (e) => console.log(e.message, JSON.stringify(e));
const refused = (...at) => wait((r) => net.connect(...at).on("error", (e) => { failure(e); r(); }));
const taken = (at) => wait((r) => net.createServer().on("error", (e) => { failure(e); r(); }).listen(at, () => console.log("listens at", at)));
const said = (at) => wait((r) => { let s = ""; net.connect(at).on("data", (d) => s += d).on("close", (e) => { console.log(JSON.stringify(at), s, e); r(); }); });

const ends = [];
fs.writeFileSync("plain", "x");
fs.mkdirSync("dir");
const server = net.createServer((c) => {
  ends.push("server", c.remoteAddress, c.remotePort, c.remoteFamily, c.localAddress, c.localPort, c.address(), c.server === server);
  c.end("bye");
});
await wait((r) => server.listen({ path: "./x.sock" }, r));
console.log(server.address(), server.listening);
await wait((r) => {
  const c = net.connect("x.sock", () => console.log("client", c.remoteAddress, c.remoteFamily, c.localPort, c.address(), c.pending, c.readyState));
  console.log(c.connecting, c.pending, c.readyState);
  c.on("data", (d) => console.log(`${d}`, c.bytesRead)).on("end", () => console.log("end")).on("close", (e) => { console.log("close", e); r(); });
});
console.log(...ends);
await said(process.cwd() + "/x.sock");
await said({ path: "dir/../x.sock" });
console.log("- who is there");
for (const at of ["x.sock", "plain", "dir", "no/such/dir"]) await taken(at);
console.log("- who is not");
for (const at of ["plain", "dir", "missing", "plain/x", "no/such"]) await refused(at);
await refused({ path: "missing" });
console.log("- arguments");
for (const o of [{ path: 5 }, { path: "" }, { path: "x", port: "y" }, {}, ""]) try { net.createServer().listen(o); } catch (e) { failure(e); }
for (const o of [{ path: 5 }, {}]) try { net.connect(o); } catch (e) { failure(e); }
console.log("- close");
await wait((r) => server.close(r));
console.log(fs.existsSync("x.sock"), server.address(), server.listening);
await refused("x.sock");
await wait((r) => server.listen("x.sock", r));
console.log(server.address(), fs.existsSync("x.sock"));
server.close();

console.log("- abstract names");
const hidden = net.createServer((c) => c.end("hidden"));
await wait((r) => hidden.listen("\0compat-unix-test", r));
console.log(JSON.stringify(hidden.address()), fs.readdirSync("."));
await said("\0compat-unix-test");
await taken("\0compat-unix-test");
await wait((r) => hidden.close(r));
await refused("\0compat-unix-test");

console.log("- both ways, more than fits");
const echo = net.createServer({ allowHalfOpen: true }, (c) => c.pipe(c));
await wait((r) => echo.listen("echo.sock", r));
await wait((r) => {
  let n = 0;
  const c = net.connect("echo.sock");
  c.on("data", (d) => n += d.length).on("close", () => { console.log(n, c.bytesWritten); r(); });
  for (let i = 0; i < 30; i++) c.write(Buffer.alloc(100_000, i));
  c.end();
});
console.log(await wait((r) => echo.getConnections((e, n) => r(n))));
echo.close();
const modes = net.createServer();
await wait((r) => modes.listen({ path: "modes.sock", readableAll: true, writableAll: true }, r));
console.log(fs.statSync("modes.sock").mode.toString(8));
modes.close();
