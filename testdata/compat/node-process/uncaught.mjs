process.on("uncaughtExceptionMonitor", (e, origin) => console.log("monitor", e.message, origin));
process.on("uncaughtException", (e, origin) => console.log("uncaught", e.message, origin));
process.on("unhandledRejection", (reason, p) => console.log("rejection", reason.message, p instanceof Promise));
process.on("rejectionHandled", (p) => console.log("handled", p instanceof Promise));
process.on("exit", (c) => console.log("exit", c));
setImmediate(() => {
  setTimeout(() => {
    setTimeout(() => p.catch(() => console.log("caught late")), 1);
    setTimeout(() => console.log("still alive"), 20);
    throw new Error("in timer");
  }, 1);
  throw new Error("in immediate");
});
process.nextTick(() => { throw new Error("in tick"); });
queueMicrotask(() => { throw new Error("in microtask"); });
Promise.reject(new Error("lost"));
const p = Promise.reject(new Error("late"));
