// Paths that the file system gives back, of folders that were named by relative paths.
import fs from "node:fs";

process.chdir(fs.mkdtempSync("/tmp/relative-"));
for (const path of ["a/b", "./c/d", "a/e/f/", "a/../g/h", "a"]) console.log(path, fs.mkdirSync(path, { recursive: true }));
console.log(await fs.promises.mkdir("./j/k", { recursive: true }));
console.log(await new Promise((resolve) => fs.mkdir("l/m/n", { recursive: true }, (_, made) => resolve(made))));
console.log(fs.mkdirSync(`${process.cwd()}/o/p`, { recursive: true }) === `${process.cwd()}/o`);

fs.writeFileSync("a/b/file", "");
for (const path of [".", "./", "a", "./a", "a//", "./a/../a"]) {
  const all = fs.readdirSync(path, { withFileTypes: true, recursive: true });
  console.log(path, all.map((e) => `${e.parentPath}|${e.name}`).sort());
}
