// What String's methods do with a RegExp as a literal makes it, against a subclass of
// it, which the engine asks for each match as the language says. Prints what differs.
class Asked extends RegExp {}
const texts = ["", "a", "aaa", "abcabc", "The quick brown fox 12345. ", "x1y22z333", "ßöü№ЖЖ", "😀a😀", "\ud83d", "a\nb\r\nc", "$&$1", "  lead", "aXbXc".repeat(20)];
const sources = ["", "a", "a*", "(a)|(b)", "[aeiou]", "(\\w)(\\d*)", "\\s+", "^", "$", "^.", "(?<=a)", "b?", "(x)?(y)?", ".", "X", "(?:)", "\\b", "((a)(b)?c)", "nothing", "[^]", "(?<n>a)(?<m>.)?", "\\d{2,}", "()", "(?!a)", "😀", "(a)(b)(c)(a)(b)(c)(x)?(y)?(z)?(q)?"];
const flags = ["", "g", "y", "gy", "gi", "gm", "gs", "gu", "gv", "u", "d", "gd"];
const replacements = ["", "-", "$$", "[$&]", "$`|$'", "$1$2", "$10$01$0$11$99", "$<n>", "$", "a$", "$x", "№$1", undefined, null, 7];
const show = (v) => JSON.stringify(v, (_, x) => (x === undefined ? "undefined" : x));
let compared = 0, nth = 0;
const same = (what, a, b) => {
  compared++;
  if (show(a) !== show(b)) console.log(what, show(a), show(b));
};
const took = (f) => {
  try { return f(); } catch (e) { return e.name; }
};
for (const source of sources) {
  for (const flag of flags) {
    for (const text of texts) {
      if (nth++ % 11) continue; // each text meets each flag, and each pattern
      const what = `/${source}/${flag} ${show(text)}`;
      const both = (name, f) => {
        const plain = new RegExp(source, flag), asked = new Asked(source, flag);
        same(`${what} ${name}`, took(() => [f(plain), plain.lastIndex]), took(() => [f(asked), asked.lastIndex]));
      };
      for (const r of replacements) both(`replace ${r}`, (re) => text.replace(re, r));
      both("replaced by a function", (re) => text.replace(re, (...args) => `<${show(args)}>`));
      both("match", (re) => text.match(re)?.map(String));
      both("index", (re) => text.match(re)?.index);
      for (const limit of [undefined, 0, 1, 2, 3, 1.5, -1, "2"]) both(`split ${limit}`, (re) => text.split(re, limit));
      both("search", (re) => text.search(re));
      for (const last of [0, 1, 2, 99, -1, 1.5, "1"]) {
        both(`test from ${last}`, (re) => { re.lastIndex = last; return [re.test(text), re.lastIndex, re.test(text)]; });
        both(`replace from ${last}`, (re) => { re.lastIndex = last; return text.replace(re, "-"); });
        both(`match from ${last}`, (re) => { re.lastIndex = last; return text.match(re)?.length; });
      }
      if (flag.includes("g")) both("matchAll", (re) => Array.from(text.matchAll(re), (m) => [...m, m.index, m.groups]));
    }
  }
}
// What a program can see of it.
const seen = [];
const see = (name, f) => seen.push(`${name}: ${took(f)}`);
const own = /a/g;
own.exec = function (s) { own.exec = () => null; return { 0: "b", index: 1, length: 1 }; };
see("its own exec", () => "abab".replace(own, "-"));
see("lastIndex is read", () => { let n = 0; const re = /a/y; re.lastIndex = { valueOf() { n++; return 1; } }; re.test("ba"); return n; });
see("frozen", () => "aa".replace(Object.freeze(/a/g), "-"));
see("a function sees what it changes", () => "aaa".replace(/a/g, function (m, at) { RegExp.prototype.exec.touched = true; return at; }));
see("a function that throws", () => "a".replace(/a/, () => { throw new RangeError("x"); }));
see("its value is a text", () => "ab".replace(/./g, () => ({ toString: () => "t" })));
const descriptor = Object.getOwnPropertyDescriptor(RegExp.prototype, "global");
Object.defineProperty(RegExp.prototype, "global", { get() { return false; }, configurable: true });
see("another getter of global", () => "aaa".replace(/a/g, "-") + "aaa".match(/a/g).length);
Object.defineProperty(RegExp.prototype, "global", descriptor);
const { exec } = RegExp.prototype;
RegExp.prototype.exec = function (s) { const m = exec.call(this, s); if (m) m[0] = "zz"; return m; };
see("another exec", () => "a-a".match(/a/g) + "".concat("b-b".replace(/b/, "$&")) + "aXb".split(/X/).length);
RegExp.prototype.exec = exec;
const species = Object.getOwnPropertyDescriptor(RegExp, Symbol.species);
Object.defineProperty(RegExp, Symbol.species, { get() { return function (re, f) { return { flags: f, exec: () => null, lastIndex: 0 }; }; }, configurable: true });
see("another species", () => "aXb".split(/X/).length);
Object.defineProperty(RegExp, Symbol.species, species);
see("and back", () => "aXb".split(/X/).length);
console.log(compared > 10_000, seen.join("; "));
