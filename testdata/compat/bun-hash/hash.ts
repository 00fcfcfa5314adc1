const show = (v: any) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e: any) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name: string, f: () => any) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
const inputs: any[] = ["", "a", "hello world", "x".repeat(100), new Uint8Array([0, 1, 2, 255])];
const names = ["wyhash", "adler32", "crc32", "cityHash32", "cityHash64", "xxHash32", "xxHash64", "xxHash3", "murmur32v2", "murmur32v3", "murmur64v2", "rapidhash"];
for (const v of inputs) t(`hash ${typeof v === "string" ? v.slice(0, 12) : "bytes"}`, () => Bun.hash(v));
for (const n of names) for (const v of inputs) t(`${n} ${typeof v === "string" ? v.slice(0, 12) : "bytes"}`, () => (Bun.hash as any)[n](v));
