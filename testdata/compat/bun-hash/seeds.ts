const show = (v: any) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e: any) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name: string, f: () => any) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
const h = Bun.hash as any;
for (const n of ["wyhash", "cityHash64", "xxHash32", "xxHash64", "xxHash3", "murmur32v2", "murmur32v3", "murmur64v2", "rapidhash", "crc32"]) { t(`${n} seed`, () => h[n]("hello world", 1234)); }
for (const n of ["wyhash", "xxHash64", "murmur64v2", "rapidhash", "xxHash3", "cityHash64"]) t(`${n} big seed`, () => h[n]("hello world", 0xdeadbeefcafen));
t("hash seed", () => Bun.hash("hello world", 1234));
t("hash bigint seed", () => Bun.hash("hello", 10n));
for (const len of [1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 63, 64, 65, 96, 127, 128, 129, 192, 239, 240, 241, 255, 256, 257, 511, 512, 1000, 1024, 1025, 2500]) { const s = Array.from({ length: len }, (_, i) => String.fromCharCode(97 + (i * 7) % 26)).join(""); t(`len ${len}`, () => [Bun.hash(s), h.cityHash32(s), h.cityHash64(s), h.xxHash32(s), h.xxHash64(s), h.xxHash3(s), h.murmur32v2(s), h.murmur32v3(s), h.murmur64v2(s), h.rapidhash(s), h.adler32(s), h.crc32(s)].map(String).join(" ")); }
