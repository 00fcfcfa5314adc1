// The error of a body whose server broke it off, and of a signal's timeout.
import http from "node:http";
import { once } from "node:events";

const server = http.createServer((_, res) => {
  res.writeHead(200, { "Content-Length": 10 });
  res.write("part");
  setTimeout(() => res.destroy(), 20);
});
server.listen(0);
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as any).port}/`;

for (const read of [(r: Response) => r.text(), async (r: Response) => { for await (const _ of r.body!); }]) {
  const res = await fetch(url);
  try {
    await read(res);
  } catch (e: any) {
    console.log(e.name, e.message, e.code, e.path === url);
  }
}
try {
  await (await fetch(url, { signal: AbortSignal.timeout(5) })).text();
} catch (e: any) {
  console.log(e.name, e.message, e.code);
}
server.closeAllConnections();
server.close();
