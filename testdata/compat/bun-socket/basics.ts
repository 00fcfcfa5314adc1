// Bun.listen and Bun.connect: what the handlers are called with, and what sockets and listeners have.
const all: string[][] = [[], []];
const log = (side: number, ...a: any[]) => all[side]!.push(a.map((x) => (typeof x === "string" ? x : JSON.stringify(x) ?? "undefined")).join(" "));
const show = () => { for (const list of all) console.log(list.splice(0).join("\n")); };

const over = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
const server = Bun.listen<any>({
  hostname: "127.0.0.1", port: 0, data: { name: "server" },
  socket: {
    open(s) { log(0, "open", s.remoteAddress, s.remoteFamily, typeof s.remotePort, s.localPort === server.port, s.localAddress, s.data, s.readyState, s.listener === server); s.data = { name: "one" }; },
    data(s, d) { log(0, "data", d.constructor.name, `${d}`, s.data); s.write(`<${d}>`); },
    end(s) { log(0, "end", s.readyState); },
    close(s, e) { log(0, "close", e, s.readyState, s.data, s.write("x")); over[0]!.resolve(); },
  },
});
console.log(server.hostname, typeof server.port, server.port > 0, JSON.stringify(server.data), server.unix, Object.prototype.toString.call(server), server.constructor.name);
const client = await Bun.connect<any>({
  hostname: "127.0.0.1", port: server.port, data: { name: "client" },
  socket: {
    open(s) { log(1, "open", s.remoteAddress, s.remotePort === server.port, typeof s.localPort, s.readyState, s.data, s.listener); log(1, "wrote", s.write("hello"), s.write(new Uint8Array([65, 66])), s.write("")); },
    data(s, d) { log(1, "data", `${d}`, s.bytesWritten); log(1, "end", s.end("bye")); log(1, "after", s.readyState, s.write("x"), s.end()); },
    end() { log(1, "ended"); },
    close(s, e) { log(1, "close", e, s.readyState); over[1]!.resolve(); },
  },
});
console.log(Object.prototype.toString.call(client), client.constructor.name, client.setNoDelay(true), client.setKeepAlive(true, 1000), client.flush(), client.ref(), client.unref(), client.ref());
await Promise.all(over.map((o) => o.promise));
show();
console.log(client.readyState, client.write("x"), client.remoteAddress, client.bytesWritten, client.shutdown(), client.terminate());
server.data = 5;
console.log(server.data, server.ref(), server.unref(), server.stop(), server.stop(true), typeof server.port);

// Order, on the side that connects.
const echo = Bun.listen({ hostname: "localhost", port: 0, socket: { data(s, d) { s.write(d); } } });
const order: string[] = [];
const p = Bun.connect({ hostname: "localhost", port: echo.port, socket: { open(s) { order.push("open"); s.write("a"); }, data(s) { order.push("data"); s.end(); }, close() { order.push("close"); } } });
p.then(() => order.push("resolved"));
process.nextTick(() => order.push("tick"));
queueMicrotask(() => order.push("micro"));
await p;
order.push("awaited");
while (!order.includes("close")) await Bun.sleep(1);
console.log(echo.hostname, order.join());

// What write takes.
let got = "";
const sink = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data(s, d) { got += d.toString("latin1"); } } });
const w: any = await Bun.connect({ hostname: "127.0.0.1", port: sink.port, socket: { data() {} } });
for (const a of [["abc"], ["abcdef", 1, 3], [new Uint8Array([65, 66, 67]).buffer], [new Uint16Array([0x4142])], ["aGk=", "base64"], ["6869", "hex"], ["\u00e9", "latin1"], ["\u00e9"], [5], [null], [undefined], [{}], ["abc", 10], ["abc", -1], ["a", 0, 10], [new Blob(["x"])]]) {
  try { console.log(JSON.stringify(a), w.write(...a)); } catch (e: any) { console.log(JSON.stringify(a), e.name, e.code, e.message); }
}
w.end();
while (w.readyState >= 0 || !got.endsWith("x")) await Bun.sleep(1);
console.log(JSON.stringify(got), w.bytesWritten);
for (const binaryType of ["arraybuffer", "uint8array", "buffer"] as const) {
  const done = Promise.withResolvers<void>();
  const l = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data(s, d: any) { console.log(binaryType, d.constructor.name); s.end(); done.resolve(); }, binaryType } });
  const c = await Bun.connect({ hostname: "127.0.0.1", port: l.port, socket: { data() {} } });
  c.write("x");
  await done.promise;
  l.stop();
}
sink.stop();
echo.stop();
