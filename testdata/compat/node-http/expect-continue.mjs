// A request that expects a 100 sends its head at once, and its body when it is told to go on.
import http from "node:http";
import { once } from "node:events";

const server = http.createServer(async (req, res) => {
  console.log("request", req.method, req.headers.expect, req.headers["transfer-encoding"] ?? req.headers["content-length"]);
  let body = "";
  for await (const c of req) body += c;
  res.end(`got ${body}`);
});
server.listen(0);
await once(server, "listening");
const { port } = server.address();

async function ask(options, set) {
  const req = http.request({ port, method: "POST", ...options });
  set?.(req);
  req.on("continue", () => {
    console.log("continue");
    req.end("the body");
  });
  const [res] = await once(req, "response");
  let text = "";
  for await (const c of res) text += c;
  console.log(res.statusCode, text);
}
await ask({ headers: { Expect: "100-continue" } });
await ask({ headers: { Expect: "100-continue", "Content-Length": 8 } });
await ask({ headers: ["Expect", "100-continue", "Host", "x"] });
await ask({}, (req) => {
  req.setHeader("Expect", "100-continue");
  req.flushHeaders();
});

// Its head is on its way, so no header can follow.
const late = http.request({ port, headers: { Expect: "100-continue" } });
try {
  late.setHeader("a", "b");
} catch (e) {
  console.log(e.code);
}
late.end();
const [res] = await once(late, "response");
res.resume();
await once(res, "end");
server.closeAllConnections();
server.close();
