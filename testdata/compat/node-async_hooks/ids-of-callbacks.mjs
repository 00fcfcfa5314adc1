// Whatever calls a program has an id.
import { executionAsyncId, triggerAsyncId, executionAsyncResource } from "node:async_hooks";
import { exec } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
const show = (name) => console.log(name, typeof executionAsyncId(), typeof triggerAsyncId(), typeof executionAsyncResource());
const c = exec("echo out");
c.stdout.once("data", () => show("data"));
await new Promise((f) => c.once("close", () => { show("close"); f(); }));
await new Promise((f) => fs.stat(".", () => { show("stat"); f(); }));
const s = http.createServer((q, r) => { show("request"); r.end(); }).listen(0);
await new Promise((f) => s.once("listening", f));
await new Promise((f) => http.get({ port: s.address().port }, (r) => { show("response"); r.resume(); r.on("end", f); }));
s.close();
await sleep(1);
show("later");
