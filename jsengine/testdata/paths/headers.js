// What names and values headers may have, character by character.
const check = (name, got, want) => { if (!Object.is(got, want)) console.log(`${name}: ${JSON.stringify(got)}, not ${JSON.stringify(want)}`); };
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, bad = /[\0\r\n]|[^\0-\xff]/, edges = /^[\t\n\r ]+|[\t\n\r ]+$/g;
const run = f => { try { return f(); } catch (e) { return e.name; } };
for (let c = 0; c < 0x180; c++) {
  const s = String.fromCharCode(c);
  for (const text of [s, `${s}a`, `a${s}`, `a${s}b`, `a b${s}`, `${s} a`, `a ${s}`, `\u2116${s}`.slice(1), `-${s}-`]) {
    const name = token.test(text) ? text.toLowerCase() : "TypeError", value = text.replace(edges, "");
    for (const [how, make] of Object.entries({ record: (n, v) => new Headers({ [n]: v }), list: (n, v) => new Headers([[n, v]]), append: (n, v) => { const h = new Headers(); h.append(n, v); return h; }, set: (n, v) => { const h = new Headers(); h.set(n, v); return h; } })) {
      check(`${how} name ${escape(text)}`, run(() => [...make(text, "v")][0][0]), name);
      check(`${how} value ${escape(text)}`, run(() => make("n", text).get("n")), bad.test(value) || (how === "record" && /[^\0-\xff]/.test(text)) ? "TypeError" : value);
    }
    check(`get ${escape(text)}`, run(() => new Headers().get(text)), name === "TypeError" ? name : null);
  }
}
check("empty value", new Headers({ a: "" }).get("a"), "");
check("empty name", run(() => new Headers({ "": "a" })), "TypeError");
const seen = [], watched = new Proxy({ a: "1", b: "2" }, { ownKeys: o => (seen.push("keys"), Reflect.ownKeys(o)), getOwnPropertyDescriptor: (o, k) => (seen.push(`own ${k}`), Reflect.getOwnPropertyDescriptor(o, k)), get: (o, k) => (typeof k === "string" && seen.push(`get ${k}`), o[k]) });
check("record", JSON.stringify([...new Headers(watched)]), '[["a","1"],["b","2"]]');
check("its order", seen.join(), "keys,own a,get a,own b,get b");
check("not enumerable", new Headers(Object.defineProperty({ a: 1 }, "b", { value: 2 })).has("b"), false);
for (const wide of [Buffer.from("x-a", "utf16le").toString("utf16le"), ("\u2116" + "a".repeat(600)).slice(1)]) {
  check("wide name", run(() => [...new Headers({ [wide]: wide })][0].join()), `${wide},${wide}`);
  check("wide method", run(() => new Request("http://a/", { method: wide }).method), wide);
}
console.log("checked");
