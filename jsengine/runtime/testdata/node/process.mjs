const log = (...v) => console.log(...v);
process.on("exit", (code) => { log("exit", code, process.exitCode); setTimeout(() => log("never"), 0); });
let first = true; process.on("beforeExit", (code) => { log("beforeExit", code); if (first) { first = false; setTimeout(() => log("more work"), 1); } });
log(typeof process.pid, process.platform, typeof process.arch, process.argv.length >= 2, typeof process.version, "node" in process.versions, process.title.length > 0);
log(Array.isArray(process.hrtime()), process.hrtime().length, typeof process.hrtime.bigint(), process.hrtime.bigint() <= process.hrtime.bigint(), process.uptime() >= 0);
const t0 = process.hrtime(); log(process.hrtime(t0)[0] === 0);
log(Object.keys(process.memoryUsage()).join(), typeof process.memoryUsage.rss(), typeof process.cpuUsage().user);
process.env.NUM = 5; process.env.UNDEF = undefined; log(process.env.NUM === "5", process.env.UNDEF === "undefined", process.env.MISSING === undefined, "NUM" in process.env); delete process.env.NUM; log("NUM" in process.env, Object.prototype.toString.call(process));
process.stdout.write("written\n"); setTimeout(() => process.stdout.write("with callback\n", () => log("callback")), 50 * 10); process.stdout.write(new Uint8Array([0x68, 0x69, 0x0a])); process.stdout.write("6869 hex".slice(0, 4) + "\n", "utf8");
for (const f of [() => process.stdout.write(5), () => process.chdir(5), () => process.emitWarning(5), () => (process.exitCode = "x"), () => (process.exitCode = 1.5)]) try { f(); log("no"); } catch (e) { log(e.name, e.code); }
process.on("warning", (w) => log("warning", w.name, w.code, w.message)); setTimeout(() => process.emitWarning("careful", { type: "CustomWarning", code: "C1" }), 30 * 10); setTimeout(() => process.emitWarning(new Error("as error")), 40 * 10);
process.once("custom", (...a) => log("custom", ...a)); log(process.emit("custom", 1, 2), process.emit("custom"));
process.on("uncaughtException", (e, origin) => log("uncaught", e.message, origin)); setTimeout(() => { throw new Error("in timer"); }, 1); setTimeout(() => process.nextTick(() => { throw new Error("in tick"); }), 10 * 10); setTimeout(() => queueMicrotask(() => { throw new Error("in microtask"); }), 20 * 10);
process.on("unhandledRejection", (reason, p) => log("unhandled", reason.message, p instanceof Promise)); Promise.reject(new Error("rejected")); const late = Promise.reject(new Error("late"));
process.on("rejectionHandled", (p) => log("handled", p === late)); setTimeout(() => late.catch(() => log("caught late")), 70 * 10);
setTimeout(() => { const handled = Promise.reject(new Error("never reported")); handled.catch(() => log("caught")); }, 60 * 10);
process.exitCode = 3; log(process.features.inspector !== undefined, process.release.name, typeof process.umask(), process.getuid() >= 0);
log(process.getBuiltinModule?.("node:path") === undefined || typeof process.getBuiltinModule("node:path").join);
