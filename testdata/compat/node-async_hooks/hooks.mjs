import { createHook, executionAsyncId, AsyncResource } from "node:async_hooks";
import fs from "node:fs";
const events = [];
const watched = new Set();
const hook = createHook({
  init(id, type, trigger, resource) { if (type === "MINE") { watched.add(id); events.push(["init", type, typeof trigger, typeof resource]); } },
  before(id) { if (watched.has(id)) events.push(["before", executionAsyncId() === id]); },
  after(id) { if (watched.has(id)) events.push(["after"]); },
  destroy(id) { if (watched.has(id)) events.push(["destroy"]); },
});
hook.enable();
const r = new AsyncResource("MINE");
r.runInAsyncScope(() => events.push(["in"]));
r.emitDestroy();
setTimeout(() => {
  hook.disable();
  new AsyncResource("MINE");
  for (const e of events) fs.writeSync(1, `${e.join(" ")}\n`);
}, 5);
