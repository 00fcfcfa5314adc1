process.on("SIGTERM", (name, n) => { console.log("got", name, n); });
process.once("SIGUSR2", (...a) => { console.log("usr2", ...a); });
console.log("kill", process.kill(process.pid, "SIGTERM"));
process.kill(process.pid, "SIGUSR2");
await new Promise((r) => setTimeout(r, 20));
console.log("listeners", process.listenerCount("SIGTERM"));
process.removeAllListeners("SIGTERM");
console.log("end");
