// Back-pressure, ends, and what becomes of sockets.
const all: string[][] = [[], []];
const log = (side: number, ...a: any[]) => all[side]!.push(a.map((x) => (x instanceof Error ? x.message : `${x}`)).join(" "));
const section = (name: string) => { for (const list of all) if (list.length) console.log(list.splice(0).join("\n")); console.log("#", name); };
const handlers = (side: number, more: any = {}) => ({
  open() { log(side, "open"); }, data(s: any, d: any) { log(side, "data", d); }, end(s: any) { log(side, "end", s.readyState); }, close(s: any, e: any) { log(side, "close", e, s.readyState); }, error(s: any, e: any) { log(side, "error", e, s.readyState); }, ...more,
});
async function pair(server: any = {}, client: any = {}, halfOpen = false): Promise<any[]> {
  const opened = Promise.withResolvers<any>();
  const h = handlers(0, server);
  const l = Bun.listen({ hostname: "127.0.0.1", port: 0, allowHalfOpen: halfOpen, socket: { ...h, open(s: any) { h.open.call(s, s); opened.resolve(s); } } });
  const c = await Bun.connect({ hostname: "127.0.0.1", port: l.port, allowHalfOpen: halfOpen, socket: handlers(1, client) } as any);
  return [await opened.promise, c, l];
}
const closed = async (...s: any[]) => { while (s.some((x) => x.readyState >= 0)) await Bun.sleep(1); await Bun.sleep(5); };
const until = async (f: () => boolean) => { while (!f()) await Bun.sleep(1); };

section("more than fits");
{
  const total = 20_000_000, chunk = Buffer.alloc(1_000_000, 7);
  let n = 0, sent = 0, partial = 0;
  const go = (c: any) => {
    while (sent < total) {
      const size = Math.min(chunk.length, total - sent), w = c.write(chunk, 0, size);
      sent += w;
      if (w < size) { partial++; return; }
    }
    c.end();
  };
  const [s, c, l] = await pair({ data(s: any, d: any) { n += d.length; } }, { drain: go });
  go(c);
  await closed(s, c);
  console.log(n, sent, partial > 0, c.bytesWritten);
  l.stop();
}
section("end with more than fits");
{
  let n = 0;
  const [s, c, l] = await pair({ data(s: any, d: any) { n += d.length; } });
  c.end(Buffer.alloc(100_000));
  await closed(s, c);
  console.log(n);
  l.stop();
}
section("shutdown, half open");
{
  // Two writes come as one piece or as two.
  let late = "";
  const client = { data(_: any, d: any) { late += d; }, close(s: any, e: any) { log(1, "data", late); log(1, "close", e, s.readyState); } };
  const [s, c, l] = await pair({ end(s: any) { log(0, "end", s.readyState); s.write("late,"); s.end("last"); } }, client, true);
  console.log(c.shutdown(), c.readyState, c.write("x"));
  await closed(s, c);
  l.stop();
}
section("shutdown");
{
  const [s, c, l] = await pair({ end(s: any) { log(0, "end", s.readyState, s.write("late")); } });
  c.write("a");
  console.log(c.shutdown(), c.readyState);
  await closed(s, c);
  l.stop();
}
section("end, half open");
{
  const [s, c, l] = await pair({ end(s: any) { log(0, "end", s.readyState); s.end("last"); } }, {}, true);
  console.log(c.end("q"), c.readyState);
  await closed(s, c);
  l.stop();
}
section("close");
{
  const [s, c, l] = await pair();
  c.write("x");
  console.log(c.close(), c.readyState);
  await closed(s, c);
  l.stop();
}
section("stop(true)");
{
  const [s, c, l] = await pair();
  const { port } = l;
  console.log(l.stop(true), s.readyState);
  await closed(s, c);
  await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } }).catch((e) => console.log(e.code));
}
section("stop() leaves them");
{
  const [s, c, l] = await pair();
  l.stop();
  c.write("still");
  await until(() => all[0]!.includes("data still"));
  c.end();
  await closed(s, c);
}
section("pause and resume");
{
  const [s, c, l] = await pair();
  s.pause();
  c.write("held");
  await Bun.sleep(20);
  log(0, "resume");
  s.resume();
  await until(() => all[0]!.includes("data held"));
  c.end();
  await closed(s, c);
  l.stop();
}
section("reload");
{
  const [s, c, l] = await pair();
  c.data = { a: 1 };
  c.reload({ socket: { data(s: any, d: any) { log(1, "new data", d, s.data.a); } } });
  s.write("1");
  await until(() => all[1]!.length > 1);
  l.reload({ socket: { data(s: any, d: any) { log(0, "new data", d); }, close() { log(0, "new close"); } } });
  c.write("2");
  await until(() => all[0]!.length > 1);
  c.end();
  await closed(s, c);
  l.stop();
}
section("errors in handlers");
{
  const [s, c, l] = await pair({ data() { throw new Error("in data"); }, close() { throw new Error("in close"); } });
  c.write("x");
  await until(() => all[0]!.length > 1);
  console.log(s.readyState);
  c.end();
  await closed(s, c);
  l.stop();
}
section("timeout");
{
  let times = 0;
  const [s, c, l] = await pair({}, { timeout(s: any) { times++; log(1, "timeout", s.readyState); } });
  c.timeout(1);
  await until(() => times > 0);
  c.timeout(0);
  c.end();
  await closed(s, c);
  l.stop();
}
section("dispose");
{
  const [s, c, l] = await pair();
  c[Symbol.dispose]();
  l[Symbol.dispose]();
  console.log(c.readyState, s.readyState);
}
section("end");
