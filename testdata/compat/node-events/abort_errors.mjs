// What Node's operations reject with when their signal aborts is of a class of that name.
import { setTimeout as sleep } from "node:timers/promises";
import { once, EventEmitter } from "node:events";
import { pipeline } from "node:stream/promises";
import { PassThrough, Readable } from "node:stream";
import { inspect } from "node:util";

const shown = (e) => console.log(e.constructor.name, e.name, e.code, e instanceof Error, inspect(e).split("\n")[0].replace(/^\[|\].*/g, ""), Object.keys(e), e.cause?.name);
const signal = AbortSignal.abort();
await sleep(1000, null, { signal }).catch(shown);
await once(new EventEmitter(), "never", { signal }).catch(shown);
await pipeline(new Readable({ read() {} }), new PassThrough(), { signal }).catch(shown);
const late = new AbortController();
setTimeout(() => late.abort(new TypeError("why")), 1);
await sleep(1000, null, { signal: late.signal }).catch(shown);
const stream = new Readable({ read() {}, signal: AbortSignal.abort() });
stream.on("error", shown);
