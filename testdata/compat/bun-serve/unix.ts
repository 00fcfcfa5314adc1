// Bun.serve and fetch over Unix-domain sockets.
import fs from "node:fs";
import http from "node:http";

const failure = (e: any) => console.log(e.name, e.message, JSON.stringify(e));
const server = Bun.serve({
  unix: "./x.sock",
  async fetch(q, s) {
    const { pathname } = new URL(q.url);
    if (pathname === "/redirect") return Response.redirect("/here");
    return new Response(`${q.method} ${q.url} ${q.headers.get("host")} ${(await q.text()).length} ${s.requestIP(q)}`, { headers: { "x-path": pathname } });
  },
});
console.log(server.port, server.hostname, server.url.href, server.protocol, fs.statSync("x.sock").isSocket());
const ask = async (url: string, o: any) => {
  const a = await fetch(url, { unix: "x.sock", ...o });
  console.log(a.status, a.url, a.headers.get("x-path"), await a.text());
};
await ask("http://localhost/a?b=c", {});
await ask("http://example.com:8080/p", { method: "POST", body: "x".repeat(500_000) });
await ask("http://localhost/h", { headers: { host: "named" } });
await ask("http://localhost/long", { unix: process.cwd() + "/x.sock" });
await fetch("http://localhost/redirect", { unix: "x.sock", redirect: "manual" }).then((a) => console.log(a.status, a.headers.get("location")));
await fetch("http://localhost:1/", { unix: "missing.sock" }).catch(failure);
fs.writeFileSync("plain", "");
await fetch("http://localhost:1/", { unix: "plain" }).catch(failure);
await new Promise<void>((r) => http.get({ socketPath: "x.sock", path: "/node" }, async (a) => {
  for await (const d of a) console.log(`${d}`);
  r();
}));
for (const unix of ["x.sock", "plain", "/no/such/x.sock", "y".repeat(200)]) {
  try {
    Bun.serve({ unix, fetch: () => new Response() });
  } catch (e) {
    failure(e);
  }
}
const hidden = Bun.serve({ unix: "\0compat-bun-unix", fetch: () => new Response("hidden") });
console.log(hidden.url.href, await (await fetch("http://h/", { unix: "\0compat-bun-unix" })).text());
await hidden.stop(true);
await server.stop(true);
console.log(fs.existsSync("x.sock"));
await fetch("http://localhost/", { unix: "x.sock" }).catch(failure);
