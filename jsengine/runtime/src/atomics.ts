// Atomics.waitAsync: the engine has Atomics, and checks its arguments.

import { SafeMap, withResolvers } from "./primordials.ts";
import { OP } from "buntime:ops";
import { share } from "./structured-clone.ts";

// waits are who waits, by the host's numbers: what tells them of the end.
let waits: Map<number, (end: string) => void> | undefined;
let listening = 0; // the operation that hears of ends
let woken = 0; // how many it heard were notified

// waitAsync waits for the integer at a place of a buffer, as long as it has a value, until it is notified or so many
// milliseconds have passed.
export function waitAsync(buffer: SharedArrayBuffer, place: number, width: number, value: bigint, ms: number): object {
  share(buffer); // there are no lists of who waits but the host's
  const n: number | undefined = host.sync(OP["shared.wait"]!, place, width, value, ms);
  if (n === undefined) return { async: false, value: "not-equal" };
  if (n === 0) return { async: false, value: "timed-out" };
  const { promise, resolve } = withResolvers();
  (waits ??= new SafeMap()).set(n, resolve);
  listen();
  return { async: true, value: promise };
}

// listen makes the event loop hear of those who wait no longer. As in Node, it does not keep the program alive.
function listen(): void {
  if (listening !== 0) return;
  listening = host.start(OP["shared.ended"]!, (error, ends: [n: number, notified: boolean][]) => {
    listening = 0;
    if (error !== undefined) return; // the program ends
    for (let i = 0; i < ends.length; i++) {
      const n = ends[i]![0];
      const tell = waits!.get(n)!;
      waits!.delete(n);
      if (ends[i]![1]) woken++;
      tell(ends[i]![1] ? "ok" : "timed-out");
    }
    if (waits!.size === 0) return;
    listen();
    notified();
  });
  host.unref(listening);
}

// notified keeps the program alive until those hear of it that it woke itself.
export function notified(): void {
  if (host.sync(OP["shared.woken"]!) > woken) host.ref(listening);
}
