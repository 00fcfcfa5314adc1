// What happens to promises, for node:async_hooks and node:v8.

import { ArrayPrototypePush, ArrayPrototypeFilter, ArrayPrototypeSlice } from "../primordials.ts";

export const made = 0, before = 1, after = 2, resolved = 3;

export type Listener = (type: number, promise: object, parent: object | undefined) => void;

let listeners: Listener[] = [];

function tell(type: number, promise: object, parent: object | undefined): void {
  const all = listeners;
  for (let i = 0; i < all.length; i++) all[i]!(type, promise, parent);
}

// onPromises makes f hear of all promises, until the function it returns is called.
export function onPromises(f: Listener): () => void {
  if (listeners.length === 0) host.promiseHook(tell);
  listeners = ArrayPrototypeSlice(listeners);
  ArrayPrototypePush(listeners, f);
  return () => {
    listeners = ArrayPrototypeFilter(listeners, (x: Listener) => x !== f);
    if (listeners.length === 0) host.promiseHook(undefined);
  };
}
