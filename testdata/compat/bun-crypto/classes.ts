const show = (v: any) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e: any) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name: string, f: () => any) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
const B = Bun as any;
for (const n of ["MD4", "MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "SHA512_256"]) { t(n, () => new B[n]().update("abc").digest("hex")); t(`${n}.hash`, () => B[n].hash("abc", "base64")); t(`${n}.byteLength`, () => [B[n].byteLength, new B[n]().byteLength]); }
t("into", () => { const b = new Uint8Array(16); B.MD5.hash("a", b); return b[0]; });
t("bytes", () => B.SHA1.hash("a").constructor.name);
t("sha", () => Buffer.from(B.sha("abc")).toString("hex"));
t("sha enc", () => B.sha("abc", "base64"));
t("randomUUIDv7", () => [/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(Bun.randomUUIDv7()), Bun.randomUUIDv7("buffer").length, Bun.randomUUIDv7("base64").length, Bun.randomUUIDv7("hex", 0).slice(0, 13)]);
t("v7 order", () => { const l = Array.from({ length: 50 }, () => Bun.randomUUIDv7()); return l.join() === [...l].sort().join(); });
t("randomUUIDv5", () => [B.randomUUIDv5("example.com", "dns"), B.randomUUIDv5("x", "url"), B.randomUUIDv5("x", "6ba7b810-9dad-11d1-80b4-00c04fd430c8")]);
t("v5 bad", () => B.randomUUIDv5("x", "nope"));
t("CSRF", () => { const tok = B.CSRF.generate("secret"); return [typeof tok, B.CSRF.verify(tok, { secret: "secret" }), B.CSRF.verify(tok, { secret: "other" })]; });
