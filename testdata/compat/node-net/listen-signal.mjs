// A server that got a signal closes with it, and what waits to be written counts as written.
import net from "node:net";
import http from "node:http";
import { once } from "node:events";
import { existsSync } from "node:fs";

for (const [name, make] of [["net", () => net.createServer()], ["http", () => http.createServer()]]) {
  for (const place of [{ port: 0 }, { path: "./signal.sock" }]) {
    const abort = new AbortController();
    const server = make();
    server.listen({ ...place, signal: abort.signal });
    await once(server, "listening");
    const closed = once(server, "close");
    abort.abort();
    await closed;
    console.log(name, Object.keys(place)[0], server.listening, existsSync("./signal.sock"));
  }
  const early = make();
  early.listen({ port: 0, signal: AbortSignal.abort() });
  await once(early, "close");
  console.log(name, "aborted before", early.listening);
  try {
    make().listen({ port: 0, signal: "now" });
  } catch (e) {
    console.log(name, e.code, e.message);
  }
  const abort = new AbortController();
  const twice = make();
  twice.listen({ port: 0, signal: abort.signal });
  await once(twice, "listening");
  let closes = 0;
  twice.on("close", () => closes++);
  twice.close();
  await once(twice, "close");
  abort.abort();
  await new Promise((r) => setTimeout(r, 10));
  console.log(name, "closed", closes);
}

const server = net.createServer((s) => s.resume());
server.listen(0);
await once(server, "listening");
const client = net.connect(server.address().port);
client.write(Buffer.alloc(1000));
client.write("é");
console.log("while it connects", client.bytesWritten);
await once(client, "connect");
client.write(Buffer.alloc(400_000));
client.write("more");
console.log("while it is full", client.bytesWritten);
client.end("end");
console.log(client.bytesWritten);
await once(client, "close");
console.log(client.bytesWritten, client.writableLength);
server.close();
