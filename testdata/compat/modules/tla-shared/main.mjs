// What waited for a top-level await once is not waited for again by who imports it later.
import "./parent.mjs";
const { order } = await import("./order.mjs");
order.push("main");
console.log((await import("./grandparent.mjs")).name, order.join(" "));

// The promise of a module that fails is rejected before those of the modules that import it.
const log = [];
await Promise.all([
  import("./failing.mjs").catch((e) => log.push(`failing: ${e.message}`)),
  import("./imports-failing.mjs").catch((e) => log.push(`imports-failing: ${e.message}`)),
]);
console.log(log.join(", "));
