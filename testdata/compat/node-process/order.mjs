const log = [];
setImmediate(() => { setTimeout(() => { log.push("timeout"); setTimeout(() => console.log(log.join("\n")), 1); }, 1); log.push("immediate"); process.nextTick(() => log.push("tick in immediate")); Promise.resolve().then(() => log.push("micro in immediate")); });
process.nextTick(() => { log.push("tick"); Promise.resolve().then(() => log.push("micro in tick")); process.nextTick(() => log.push("tick in tick")); });
Promise.resolve().then(() => { log.push("micro"); process.nextTick(() => log.push("tick in micro")); });
queueMicrotask(() => log.push("microtask"));
log.push("sync");
process.nextTick((a, b) => log.push(`args ${a} ${b}`), 1, 2);
