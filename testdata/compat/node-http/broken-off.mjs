// What a client sees of an answer whose server broke it off, and of a connection that it asked to close.
import http from "node:http";
import { once } from "node:events";

const server = http.createServer((req, res) => {
  if (req.url === "/whole") {
    res.end("whole");
    return;
  }
  if (req.url === "/sized") res.writeHead(200, { "Content-Length": 10 });
  res.write("part");
  setTimeout(() => res.destroy(req.url === "/reason" ? new Error("the server's own") : undefined), 20);
});
server.listen(0);
await once(server, "listening");
const { port } = server.address();

for (const path of ["/chunked", "/sized", "/reason"]) {
  const [res] = await once(http.get({ port, path }), "response");
  res.on("aborted", () => console.log("aborted"));
  let text = "";
  try {
    for await (const c of res) text += c;
  } catch (e) {
    console.log(path, text, e.code, e.message, res.complete);
  }
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  try {
    await answer.text();
  } catch (e) {
    console.log(e.name, e.message, e.cause.name, e.cause.code, e.cause.message);
  }
}
for (const options of [{ agent: false }, { headers: { connection: "close" } }, {}]) {
  const [res] = await once(http.get({ port, path: "/whole", ...options }), "response");
  res.resume();
  await once(res, "end");
  console.log(res.headers.connection, res.headers["keep-alive"]);
}
server.closeAllConnections();
server.close();
