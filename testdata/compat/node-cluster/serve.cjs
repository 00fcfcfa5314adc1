// Workers of a cluster listen on one port, and answer in turn.
const cluster = require("node:cluster");
const http = require("node:http");

const get = (path) => new Promise((f, r) => http.get({ port: process.env.P, path, agent: false }, (res) => {
  let text = "";
  res.on("data", (d) => (text += d)).on("end", () => f(text));
}).on("error", r));

if (cluster.isPrimary) {
  console.log(cluster.isMaster, cluster.isWorker, cluster.worker, Object.keys(cluster.settings).length, cluster.schedulingPolicy === cluster.SCHED_RR);
  cluster.setupPrimary({ args: ["one", "two"] });
  console.log(cluster.settings.args, cluster.settings.silent, cluster.settings.exec === __filename);
  const seen = [];
  for (const name of ["fork", "online", "listening", "disconnect", "exit"]) cluster.on(name, (w) => seen.push(`${name} ${w.id}`));
  cluster.on("message", (w, m) => console.log("primary hears", w.id, m));
  let up = 0, dies;
  const exits = [];
  const next = () => {
    const w = cluster.fork({ EXTRA: "e" });
    w.on("listening", async (address) => {
      process.env.P = address.port;
      console.log("listening", w.id, w.state, w.isConnected(), w.isDead(), address.addressType, address.address, cluster.workers[w.id] === w);
      if (++up < 3) return next();
      const by = {};
      for (let i = 0; i < 9; i++) {
        const id = await get("/");
        by[id] = (by[id] ?? 0) + 1;
      }
      console.log(by);
      cluster.workers[1].send("hello");
      cluster.workers[1].once("message", () => {
        dies = get("/die").catch((e) => e.code);
      });
    });
    w.on("exit", async (code, signal) => {
      if (w.id === 1) console.log(await dies);
      exits.push(`exit ${w.id} ${code} ${signal} ${w.exitedAfterDisconnect} ${w.isDead()} ${w.state}`);
      if (exits.length === 3) {
        console.log(exits.sort().join("\n"));
        get("/").catch((e) => console.log(e.code));
      }
      if (up-- < 3) return;
      const by = {};
      for (let i = 0; i < 4; i++) {
        const id = await get("/");
        by[id] = (by[id] ?? 0) + 1;
      }
      console.log(Object.values(by));
      cluster.disconnect(() => {
        const left = Object.keys(cluster.workers).length;
        process.on("exit", () => {
          console.log("all gone", left);
          const count = {};
          for (const s of seen) count[s.split(" ")[0]] = (count[s.split(" ")[0]] ?? 0) + 1;
          console.log(Object.fromEntries(Object.entries(count).sort()));
        });
      });
    });
  };
  next();
} else {
  console.log("worker", cluster.worker.id, process.argv.slice(2), process.env.EXTRA, process.env.NODE_UNIQUE_ID, cluster.isWorker, cluster.isPrimary, typeof cluster.fork, cluster.worker.process === process);
  process.on("message", (m) => {
    console.log("worker hears", m);
    cluster.worker.send({ re: m });
  });
  http.createServer((req, res) => {
    if (req.url === "/die") return process.exit(7);
    res.end(`${cluster.worker.id}`);
  }).listen(38471).on("error", (e) => console.log(e.code));
}
