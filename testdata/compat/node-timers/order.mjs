const log = [];
const start = () => {
  const a = setTimeout(() => log.push("never"), 5);
  clearTimeout(a);
  setTimeout((...x) => log.push(["args", ...x]), 4, 1, 2);
  setTimeout(function () { log.push(this.constructor.name); }, 6);
  for (const d of [16, 9, 13]) setTimeout(() => log.push(d), d);
  const i = setInterval(() => { log.push("i"); if (log.filter((x) => x === "i").length === 2) clearInterval(i); }, 25);
  setTimeout(() => {}, 100000).unref();
  const r = setTimeout(() => { log.push("refreshed"); console.log(JSON.stringify(log)); }, 70);
  setTimeout(() => r.refresh(), 30);
};
setImmediate((x) => { log.push(["imm", x]); start(); }, "v");
const im = setImmediate(() => log.push("never"));
clearImmediate(im);
