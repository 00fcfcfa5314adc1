// How workers of a cluster end.
import cluster from "node:cluster";
import net from "node:net";

if (cluster.isPrimary) {
  cluster.setupPrimary({ silent: true });
  const run = (how) => new Promise((done) => {
    const w = cluster.fork({ HOW: how });
    const events = [];
    let out = "";
    w.process.stdout.on("data", (d) => (out += d));
    w.on("disconnect", () => events.push("disconnect"));
    w.on("exit", (code, signal) => events.push(`exit ${code} ${signal}`));
    w.process.on("close", () => {
      console.log(how, events.sort().join(", "), w.exitedAfterDisconnect, JSON.stringify(out));
      done();
    });
    w.once("online", () => {
      if (how === "kill") w.kill();
      if (how === "SIGKILL") w.process.kill("SIGKILL");
      if (how === "disconnect") w.disconnect();
    });
  });
  await run("kill");
  await run("SIGKILL");
  await run("disconnect");
  await run("leaves");
  await run("destroys");
  await run("throws");
  await run("nothing to do");
  const w = cluster.fork({ HOW: "listens" });
  w.once("listening", (a) => {
    const taken = net.createServer().on("error", (e) => {
      console.log(e.code);
      w.disconnect();
    }).listen(a.port);
    w.on("exit", (code) => console.log("left", code, taken.listening));
  });
} else {
  const how = process.env.HOW;
  if (how === "leaves") {
    net.createServer().listen(38472, () => cluster.worker.disconnect());
    cluster.worker.on("disconnect", () => console.log("told"));
  }
  if (how === "destroys") cluster.worker.kill();
  if (how === "throws") throw new Error("as asked");
  if (how === "listens") net.createServer().listen(38473);
  if (how === "nothing to do") setTimeout(() => process.exit(4), 50);
  if (how === "disconnect") net.createServer().listen(38474);
}
