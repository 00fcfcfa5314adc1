// What Bun.listen and Bun.connect refuse.
const t = async (name: string, f: () => any) => { try { const v = await f(); console.log(name, "ok", v?.readyState ?? v?.hostname, v?.unix); v?.stop?.(true); } catch (e: any) { console.log(name, e.name, e.code, e.message); } };
const socket = { data() {} };
for (const f of ["listen", "connect"] as const) {
  for (const o of [undefined, 5, null, "x", {}, { port: 0 }, { socket: null }, { socket: 5 }, { socket: {} }, { hostname: "127.0.0.1", port: 0 }]) await t(`${f} ${JSON.stringify(o)}`, () => (Bun as any)[f](o));
  for (const o of [{}, { port: 0 }, { hostname: "127.0.0.1" }, { port: null, hostname: "127.0.0.1" }, { port: 70000, hostname: "127.0.0.1" }, { port: -1, hostname: "127.0.0.1" }, { port: 1.5, hostname: "127.0.0.1" }, { port: "x", hostname: "127.0.0.1" }, { unix: "" }, { unix: 5 }, { port: 0, hostname: "" }]) await t(`${f} ${JSON.stringify(o)} with handlers`, () => (Bun as any)[f]({ ...o, socket }));
}
for (const o of [{ port: "0", hostname: "127.0.0.1" }, { port: 0, host: "127.0.0.1" }, { port: 0, hostname: "localhost" }, { port: 0, hostname: "0.0.0.0" }, { unix: null, hostname: "127.0.0.1", port: 0 }]) await t(`listen ${JSON.stringify(o)}`, () => Bun.listen({ ...o, socket } as any));
for (const k of ["open", "close", "data", "drain", "timeout", "connectError", "end", "error", "handshake", "binaryType"]) for (const v of [5, null, "x"]) await t(`${k} ${v}`, () => Bun.listen({ port: 0, hostname: "127.0.0.1", socket: { data() {}, [k]: v } } as any));
const l = Bun.listen({ port: 0, hostname: "127.0.0.1", socket });
try { Bun.listen({ port: l.port, hostname: "127.0.0.1", socket }); } catch (e: any) { console.log(e.name, e.message, e.code, e.syscall, e.errno, e.address, e.port === l.port, Object.keys(e).join()); }
const c: any = await Bun.connect({ hostname: "127.0.0.1", port: l.port, socket });
for (const a of [undefined, {}, { socket: {} }, { socket: 5 }]) await t(`listener.reload ${JSON.stringify(a)}`, () => (l as any).reload(a));
for (const a of [undefined, {}, { socket: {} }]) await t(`socket.reload ${JSON.stringify(a)}`, () => c.reload(a));
for (const a of [undefined, -1, "x", 1.5, 1e9]) await t(`timeout ${a}`, () => c.timeout(a));
c.end();
l.stop(true);
await Bun.connect({ hostname: "127.0.0.1", port: 1, socket: { data() {}, connectError(s, e: any) { console.log("connectError", e.code, e.message, e.syscall, e.errno, s.readyState); } } }).catch((e) => console.log("rejected", e.name, e.message, JSON.stringify(e)));
await Bun.connect({ hostname: "127.0.0.1", port: 1, socket }).catch((e) => console.log("rejected", e.name, e.message, JSON.stringify(e)));
