import path from "node:path";
// Each function's results over pseudo-random arguments, folded into one number.
let seed = 1;
const rnd = (k) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % k;
const sums = {};
const add = (name, text) => {
  let h = sums[name] ?? 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619) >>> 0;
  sums[name] = h;
};
const attempt = (f) => {
  try {
    return f();
  } catch (e) {
    return `${e.name} ${e.code} ${e.message}`;
  }
};

const pieces = ["/", "\\", ".", "..", "a", "b.c", "C:", "c:", "", "foo.txt", ".x", "//", "a.", " ", "\\\\srv\\share", "d:"];
const make = () => {
  let s = "";
  for (let i = 0, m = rnd(6); i < m; i++) s += pieces[rnd(pieces.length)];
  return s;
};
for (let i = 0; i < 2000; i++) {
  const a = make(), b = make();
  for (const kind of ["posix", "win32"]) {
    const p = path[kind];
    const root = kind === "posix" ? "/q/" : "C:\\q\\";
    for (const f of ["normalize", "dirname", "basename", "extname", "isAbsolute"]) add(`${kind}.${f}`, String(p[f](a)));
    add(`${kind}.parse`, JSON.stringify(p.parse(a)));
    add(`${kind}.format`, p.format(p.parse(a)));
    add(`${kind}.join`, p.join(a, b));
    add(`${kind}.basename`, p.basename(a, b));
    add(`${kind}.relative`, p.relative(root + a, root + b));
    add(`${kind}.resolve`, p.resolve(root + a, b === "" ? "x" : b));
  }
}
for (const name of Object.keys(sums)) console.log(name, sums[name]);
for (const bad of [5, null, undefined, {}]) console.log(attempt(() => path.join("a", bad)), attempt(() => path.basename(bad)));
