// What the bundled temporal-polyfill has of ours: temporal.go makes it read the variable that
// this file sets, so import it first.

import { RangeError_, SafeWeakMap } from "../primordials.ts";
import { zoneAt } from "./datetime.ts";

temporalDeps = {
  __proto__: null,
  WeakMap: SafeWeakMap,
  // zone is a named zone, with the name in use, and its offset at a time; both in seconds.
  zone(name: string): { id: string; inUse: string; offset(at: number): number } {
    let last = zoneAt(name, 0);
    if (last === null) throw new RangeError_(`Invalid time zone: ${name}`);
    const id = last[0];
    return {
      id, inUse: last[6],
      offset(at: number): number {
        const ms = at * 1000;
        if (!(ms >= last![4] && ms < last![5])) last = zoneAt(id, ms);
        return last![1];
      },
    };
  },
};
