// run: bash -c 'for how in end await throw reject exit late code again; do echo "= $how"; node exit-jobs.cjs $how 2>/dev/null; echo "$?"; done'
// After the event exit of a program that ends by itself its jobs run, but no ticks and timers.
const how = process.argv[2];
process.on("exit", (code) => {
  console.log("exit", code);
  Promise.resolve().then(() => {
    console.log("job");
    queueMicrotask(() => console.log("its job"));
    process.nextTick(() => console.log("never"));
    if (how === "code") process.exitCode = 5;
    if (how === "again") process.exit(7);
    if (how === "late") throw new Error("late");
  });
  process.nextTick(() => console.log("never"));
  setTimeout(() => console.log("never"));
});
if (how === "await") import("data:text/javascript,await new Promise(() => {})");
if (how === "throw") throw new Error("thrown");
if (how === "reject") Promise.reject(new Error("rejected"));
if (how === "exit") process.exit(3);
