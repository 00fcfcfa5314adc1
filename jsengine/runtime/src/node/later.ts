// Results that come in a later turn of the event loop, as those of real input and
// output do: a loop of awaits on files lets timers run.

import { ReflectApply, withResolvers } from "../primordials.ts";
import { setImmediate } from "../timers.ts";

// later runs fn in the next turn of the event loop.
export function later(fn: () => void): void {
  setImmediate(fn);
}

// laterCall runs a synchronous function now and settles with its result in the next turn.
export function laterCall(fn: (...args: any[]) => any, args: any[]): Promise<any> {
  const { promise, resolve, reject } = withResolvers();
  let value: any, error: any;
  let failed = false;
  try {
    value = ReflectApply(fn, undefined, args);
  } catch (e) {
    failed = true;
    error = e;
  }
  setImmediate(() => {
    if (failed) reject(error);
    else resolve(value);
  });
  return promise;
}
