// Which options of a Request Bun refuses.
const inits = [
  { mode: "bad" }, { mode: "navigate" }, { mode: null }, { mode: "no-cors", method: "PUT" }, { cache: "bad" }, { cache: "only-if-cached" }, { cache: null },
  { redirect: "bad" }, { redirect: null }, { credentials: "bad" }, { referrerPolicy: "bad" }, { referrer: "http://:1" }, { window: 1 }, { duplex: "bad" },
];
for (const init of inits) {
  try {
    const r = new Request("http://x/", init as any);
    console.log(JSON.stringify(init), r.mode, r.cache, r.redirect, r.method);
  } catch (e: any) {
    console.log(JSON.stringify(init), e.name, e.code, e.message);
  }
}
