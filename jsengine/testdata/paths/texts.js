// Texts that are taken many characters at a time, against what one character after
// the other gives: each odd character at each place of texts of each length.
const check = (name, got, want) => { if (!Object.is(got, want)) console.log(`${name}: ${JSON.stringify(got)}, not ${JSON.stringify(want)}`); };
const odd = ["", "a", "z", "{", "`", "@", "[", "\x7f", "\x80", "\xe9", "\xff", "\u0100", "\u0130", "\u2116", "\u8062", "\ud83d", "\ude00", "\u{1f600}", "\uffff", "\"", "\\", "\n", "\0", "\x1f"];
const units = s => { const out = []; for (let i = 0; i < s.length; i++) out.push(s.charCodeAt(i)); return out; };
const made = codes => { let s = ""; for (const c of codes) s += String.fromCharCode(c); return s; };
const hex = (n, w) => n.toString(16).padStart(w, "0");
const points = s => { // a lone half as it is
  const out = [], u = units(s);
  for (let i = 0; i < u.length; i++) {
    const pair = (u[i] & 0xfc00) === 0xd800 && (u[i + 1] & 0xfc00) === 0xdc00;
    out.push(pair ? 0x10000 + ((u[i] & 0x3ff) << 10) + (u[++i] & 0x3ff) : u[i]);
  }
  return out;
};
const utf8 = s => {
  const out = [];
  for (let c of points(s)) {
    if (c >= 0xd800 && c < 0xe000) c = 0xfffd;
    if (c < 0x80) out.push(c);
    else if (c < 0x800) out.push(0xc0 | c >> 6, 0x80 | c & 63);
    else if (c < 0x10000) out.push(0xe0 | c >> 12, 0x80 | c >> 6 & 63, 0x80 | c & 63);
    else out.push(0xf0 | c >> 18, 0x80 | c >> 12 & 63, 0x80 | c >> 6 & 63, 0x80 | c & 63);
  }
  return out;
};
const short = { 8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\" };
const quoted = s => {
  let out = '"';
  for (const c of points(s)) out += short[c] ?? (c < 0x20 || (c >= 0xd800 && c < 0xe000) ? "\\u" + hex(c, 4) : String.fromCodePoint(c));
  return out + '"';
};
const indexOf = (u, v, from) => {
  for (let i = from; i + v.length <= u.length; i++) {
    let j = 0;
    while (j < v.length && u[i + j] === v[j]) j++;
    if (j === v.length) return i;
  }
  return -1;
};
const encoder = new TextEncoder(), decoder = new TextDecoder("utf-8", { ignoreBOM: true });
for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 15, 17, 33]) {
  for (let at = 0; at <= length; at += length < 10 ? 1 : 4) {
    for (const c of odd) {
      const u = [];
      for (let i = 0; i < length; i++) u.push(98 + i % 20);
      u.splice(at, 0, ...units(c));
      const s = made(u), name = `${length} ${at} ${escape(c)}`, bytes = utf8(s);
      check(`length ${name}`, s.length, u.length);
      check(`quoted ${name}`, JSON.stringify(s), quoted(s));
      check(`key ${name}`, JSON.stringify({ [s + "k"]: s }), `{${quoted(s + "k")}:${quoted(s)}}`);
      check(`wide first ${name}`, JSON.stringify(["\u2116", s]), `["\u2116",${quoted(s)}]`);
      check(`spaced ${name}`, JSON.stringify([s], null, 1), `[\n ${quoted(s)}\n]`);
      check(`parsed ${name}`, JSON.parse(quoted(s)), s);
      check(`parsed, wide ${name}`, JSON.parse(`["\u2116",${quoted(s)}]`)[1], s);
      check(`encoded ${name}`, encoder.encode(s).join(), bytes.join());
      for (const room of [Math.max(0, bytes.length - 1), bytes.length, bytes.length + 3]) {
        const to = new Uint8Array(room), { read, written } = encoder.encodeInto(s, to);
        check(`read ${name} ${room}`, utf8(made(u.slice(0, read))).join(), [...to.subarray(0, written)].join());
        check(`all ${name} ${room}`, read === u.length, room >= bytes.length);
      }
      check(`decoded ${name}`, decoder.decode(new Uint8Array(bytes)), s.toWellFormed());
      check(`buffer ${name}`, decodeURIComponent(encodeURIComponent(s.toWellFormed())), s.toWellFormed());
      check(`latin ${name}`, Buffer.from(s, "latin1").join(), u.map(c => c & 255).join());
      check(`utf16 ${name}`, Buffer.from(s, "utf16le").join(), u.flatMap(c => [c & 255, c >> 8]).join());
      let base;
      try { base = atob(btoa(s)); } catch (e) { base = e.name; }
      check(`base64 ${name}`, base, u.some(c => c > 255) ? "InvalidCharacterError" : s);
      for (const [what, way] of [["upper", "toUpperCase"], ["lower", "toLowerCase"]]) {
        let each = "";
        for (const p of points(s)) each += String.fromCodePoint(p)[way]();
        check(`${what} ${name}`, s[way](), each);
      }
      check(`NFC ${name}`, s.normalize(), s.normalize("NFC"));
      for (const from of [0, 1, at, u.length]) {
        for (const v of [[], u.slice(at, at + 1), u.slice(at, at + 3), u.slice(-2), [99, 100, 101, 1], [0x2116], [0xff], [0x100]]) {
          const want = indexOf(u, v, Math.min(from, u.length));
          check(`indexOf ${name} ${from} ${v}`, s.indexOf(made(v), from), want);
          check(`includes ${name} ${from} ${v}`, s.includes(made(v), from), want >= 0);
        }
      }
      for (const t of [made(u), made(u.slice(0, -1)), made([...u.slice(0, -1), 0x7e]), made([...u.slice(0, -1), 0x17e]), made([...u.slice(0, at), 1, ...u.slice(at + 1)])]) {
        const v = units(t);
        let i = 0;
        while (i < u.length && i < v.length && u[i] === v[i]) i++;
        const less = i < u.length && i < v.length ? u[i] < v[i] : u.length < v.length;
        check(`less ${name} ${escape(t)}`, s < t, less);
        check(`same ${name} ${escape(t)}`, s === t, i === u.length && i === v.length);
        check(`joined ${name}`, units([s, t].join()).join(), [...u, 44, ...v].join());
      }
      check(`cut ${name}`, units(("\u2116" + s).slice(1)).join(), u.join());
      check(`name ${name}`, { [s]: 1 }[("\u2116" + s).slice(1)], 1);
      for (const n of [0, 1, 2, 3, 7]) {
        let again = "";
        for (let i = 0; i < n; i++) again += s;
        check(`repeated ${name} ${n}`, s.repeat(n), again);
      }
      check(`padded ${name}`, units(s.padStart(40, "\xe9")).join(), [...Array(Math.max(0, 40 - u.length)).fill(0xe9), ...u].join());
    }
  }
}
console.log("checked");
