// Paths that are empty, links that lead nowhere, and where a descriptor stands after it appended.
import fs from "node:fs";
const say = (f) => { try { const r = f(); console.log(typeof r === "object" ? JSON.stringify(r) : r); } catch (e) { console.log(e.code, e.syscall, e.path, e.dest, e.message); } };
for (const name of ["readFileSync", "statSync", "lstatSync", "readdirSync", "unlinkSync", "rmdirSync", "mkdirSync", "readlinkSync", "accessSync", "truncateSync", "chmodSync"]) say(() => fs[name]("", name === "chmodSync" ? 0o644 : undefined));
for (const name of ["renameSync", "linkSync", "symlinkSync", "copyFileSync"]) {
  say(() => fs[name]("", "there"));
  say(() => fs[name]("none", ""));
}
say(() => fs.realpathSync("") === process.cwd());
say(() => fs.realpathSync("none/such/file").length);
say(() => fs.readFileSync("."));

fs.symlinkSync("nowhere", "link");
say(() => fs.mkdirSync("link", { recursive: true }));
say(() => fs.mkdirSync("link/x", { recursive: true }));
say(() => fs.existsSync("nowhere"));

fs.writeFileSync("a", "content");
const f = fs.openSync("a", "a+");
say(() => [fs.writeSync(f, "hey"), fs.readSync(f, Buffer.alloc(4), 0, 4, null), fs.fstatSync(f).size]);
say(() => [fs.writeSync(f, "one", 0), fs.readSync(f, Buffer.alloc(4), 0, 4, null), fs.readFileSync("a", "utf8")]);
fs.closeSync(f);
