// WebSocket against a server, and EventSource where there is one.
const base = process.env.COMPAT_URL!.replace("http", "ws");
const t = async (label: string, fn: () => unknown) => { try { console.log(label, await fn()); } catch (e: any) { console.log(label, e?.name); } };
const opened = (path = "/ws", p?: any) => new Promise<WebSocket>((ok, no) => { const w = new WebSocket(base + path, p); w.onopen = () => ok(w); w.onerror = () => no(new Error("no")); });
const message = (w: WebSocket) => new Promise<any>((ok) => { w.onmessage = (e) => ok(e.data); });
const closed = (w: WebSocket) => new Promise<any>((ok) => { w.onclose = (e) => ok([e.code, e.reason, e.wasClean]); });
await t("text", async () => { const w = await opened(); const m = message(w); w.send("hello"); const got = await m; const c = closed(w); w.close(1000, "done"); return [got, await c, w.readyState]; });
await t("binary", async () => { const w = await opened(); w.binaryType = "arraybuffer"; const m = message(w); w.send(new Uint8Array([1, 2, 3])); const got = new Uint8Array(await m); w.close(); return got; });
await t("states", async () => { const w = new WebSocket(base + "/ws"); const a = w.readyState; await new Promise((r) => { w.onopen = r; }); const b = w.readyState; const c = closed(w); w.close(); const d = w.readyState; await c; return [a, b, d, w.readyState, WebSocket.OPEN]; });
await t("protocol", async () => { const w = await opened("/ws", ["chat", "other"]); const p = w.protocol; w.close(); return p; });
await t("url", async () => { const w = await opened("/ws?x=1"); const u = w.url.endsWith("/ws?x=1"); w.close(); return u; });
await t("send early", () => { const w = new WebSocket(base + "/ws"); w.onerror = () => {}; try { w.send("x"); } finally { w.close(); } });
await t("bad url", () => new WebSocket("ftp://x"));
await t("bad code", async () => { const w = await opened(); try { w.close(1001); } finally { w.close(); } });
await t("refused", async () => { const w = new WebSocket("ws://127.0.0.1:1/"); const c: any = await new Promise((ok) => { w.onclose = (e) => ok(e.code); w.onerror = () => {}; }); return c; });
await t("many", async () => { const w = await opened(); const got: any[] = []; const done = new Promise((ok) => { w.onmessage = (e) => { got.push(e.data); if (got.length === 3) ok(0); }; }); w.send("a"); w.send("b"); w.send("c"); await done; w.close(); return got; });
await t("large", async () => { const w = await opened(); const m = message(w); w.send("x".repeat(100000)); const n = (await m).length; w.close(); return n; });
await t("server closes", async () => { const w = await opened("/ws/close"); return closed(w); });
