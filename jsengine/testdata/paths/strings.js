// Texts of one character, texts that grow in place, and comparisons, against what
// the language says they are.
const check = (name, got, want) => { if (!Object.is(got, want)) console.log(`${name}: ${String(got)}, not ${String(want)}`); };
// Characters, by all ways to get one.
for (let c = 0; c < 300; c++) {
  const s = String.fromCharCode(c), padded = `\u1234${s}`;
  check(`code ${c}`, s.charCodeAt(0), c);
  for (const t of [padded[1], padded.charAt(1), padded.at(-1), [...padded][1], padded.split("")[1], String.fromCodePoint(c), "x".replace("x", s), `${s}`, padded.slice(1), Object(padded)[1]]) {
    check(`char ${c}`, t, s);
    check(`length ${c}`, t.length, 1);
    check(`key ${c}`, { [t]: c }[s], c);
    check(`map ${c}`, new Map([[t, c]]).get(s), c);
  }
}
for (const [c, want] of [[65536 + 65, "A"], [-1, "\uffff"], [65.9, "A"], ["66", "B"], [1e21, "\0"], [NaN, "\0"], [{ valueOf: () => 67 }, "C"], [undefined, "\0"]]) check("from " + String(c), String.fromCharCode(c), want);
check("from none", String.fromCharCode(), "");
check("from two", String.fromCharCode(65, 66), "AB");
check("from elsewhere", String.fromCharCode.call(null, 65), "A");
const text = "a\xff\u0100", far = "abc".repeat(3000);
let joined = far;
for (let i = 0; i < 9000; i++) joined += "d";
for (const s of [text, text.slice(1), far, far.slice(10, 9000), joined, joined, "", Object("ab")]) {
  for (const i of [0, 1, 2, 100, 5000, 12000, -1, 1e9, 1.5, NaN, "1", -0, undefined, null, true, 2 ** 32, { valueOf: () => 1 }]) {
    const at = Math.trunc(Number(i)) || 0, within = at >= 0 && at < s.length;
    const want = within ? s.substring(at, at + 1).codePointAt(0) : NaN;
    check(`charCodeAt ${String(i)} of ${s.length}`, s.charCodeAt(i), want);
    check(`[${String(i)}] of ${s.length}`, s[i], Number.isInteger(Number(i)) && typeof i !== "object" && String(i) === String(at) && within ? String.fromCharCode(want) : s[String(i)]);
  }
}
check("none", "a".charCodeAt(), 97);
for (const on of [null, undefined]) {
  try { String.prototype.charCodeAt.call(on, 0); console.log("no error"); } catch (e) { check("error", e instanceof TypeError, true); }
  try { on[0]; console.log("no error"); } catch (e) { check("error", e instanceof TypeError, true); }
}
check("of a number", String.prototype.charCodeAt.call(123, 1), 50);
String.prototype[5] = "inherited";
check("inherited", "abc"[5], "inherited");
delete String.prototype[5];
const own = String.prototype.charCodeAt;
String.prototype.charCodeAt = function (i) { return "mine" + i; };
check("changed", "abc".charCodeAt(1), "mine1");
String.prototype.charCodeAt = own;
const from = String.fromCharCode;
String.fromCharCode = () => "mine";
check("changed", String.fromCharCode(65), "mine");
String.fromCharCode = from;
// Texts that grow: each step is held by nobody, by another variable, or as a key.
const pieces = ["a", "bc", "\xe9", "", "\u20ac", "x".repeat(500), "y".repeat(513), "0", "\ud83d", "\ude00", 7, null, undefined, { toString: () => "o" }, "z".repeat(800)];
let seed = 1;
const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
for (let round = 0; round < 24; round++) {
  let s = "", held = [], keys = {};
  const list = [];
  for (let i = 0; i < 120; i++) {
    const piece = pieces[random(round < 12 ? 5 : pieces.length)];
    s += piece;
    list.push(piece);
    if (random(round % 7 + 2) === 0) held.push([s, list.length]);
    if (random(90) === 0) { keys[s] = list.length; s.length > 3 && s.charCodeAt(3); }
    if (random(90) === 0) { const t = s; s += "!"; list.push("!"); held.push([t, list.length - 1]); }
  }
  const whole = (n) => list.slice(0, n).map(String).join("");
  check(`grown ${round}`, s, whole(list.length));
  for (const [t, n] of held) check(`held ${round} ${n}`, t, whole(n));
  for (const [t, n] of Object.entries(keys)) check(`key ${round} ${n}`, t, whole(n));
}
try { let s = ""; s += Symbol(); console.log("no error"); } catch (e) { check("error", e instanceof TypeError, true); }
try { let s = "x".repeat(2 ** 20); for (;;) s += s; } catch (e) { check("too long", e instanceof RangeError, true); }
// The order of texts, which is that of their characters.
const texts = ["", "a", "b", "ab", "aa", "A", "\xff", "\u0100", "\u1000", "ab\0", "10", "9", "a".repeat(32), "a".repeat(33), "a".repeat(40) + "b", far, far.slice(3), joined, "\ud83d\ude00", "\uffff"];
const order = (a, b) => {
  for (let i = 0; ; i++) {
    if (i === a.length || i === b.length) return a.length - b.length;
    const d = a.codePointAt(i), e = b.codePointAt(i), x = d > 65535 ? (d - 65536 >> 10) + 0xd800 : d, y = e > 65535 ? (e - 65536 >> 10) + 0xd800 : e;
    if (x !== y) return x - y;
  }
};
for (const a of texts) for (const b of texts) {
  const o = order(a, b);
  check("<", a < b, o < 0);
  check("<=", a <= b, o <= 0);
  check(">", a > b, o > 0);
  check(">=", a >= b, o >= 0);
  check("fresh", a + "q" < b + "q", order(a + "q", b + "q") < 0);
}
check("number", "10" < 9, false);
check("number", "8" < 9, true);
check("NaN", "x" >= 1, false);
// The other case: of each character between others what it is alone.
for (let c = 0; c < 0x10000; c++) {
  const x = String.fromCharCode(c);
  check(`upper ${c}`, ("ab" + x + "cd").toUpperCase(), "AB" + x.toUpperCase() + "CD");
  check(`lower ${c}`, ("AB" + x + "CD").toLowerCase(), "ab" + x.toLowerCase() + "cd");
  check(`wide ${c}`, ("\u2116a" + x).toUpperCase(), "\u2116A" + x.toUpperCase());
}
for (const [lower, upper] of [["stra\xdfe", "STRASSE"], ["\xff", "\u0178"], ["\xb5m", "\u039cM"], ["\xe9t\xe9 \u2116", "\xc9T\xc9 \u2116"], ["\u{10428}x", "\u{10400}X"]])
  check(lower, lower.toUpperCase(), upper);
for (const [upper, lower] of [["\u0130", "i\u0307"], ["\u0391\u03a3", "\u03b1\u03c2"], ["\u0391\u03a3\u0391", "\u03b1\u03c3\u03b1"], ["\u212aM", "km"], ["\xc9T\xc9 \u2116", "\xe9t\xe9 \u2116"], ["\u{10400}X", "\u{10428}x"]])
  check(upper, upper.toLowerCase(), lower);
check("a key", { km: 1 }["\u212aM".toLowerCase()], 1);
console.log("checked");
