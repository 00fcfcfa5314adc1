// What asynchronous work carries along: the stores of AsyncLocalStorage.
//
// The engine carries one value through its jobs and promises (host.asyncContext);
// timers, immediates and ticks carry it here. Until a program first stores
// something, nothing is carried.

import { ReflectApply } from "./primordials.ts";

let used = false;

// useContext makes the event loop carry the context from now on.
export function useContext(): void {
  used = true;
}

// captured is the context that work which is begun now carries along.
export function captured(): unknown {
  return used ? host.asyncContext() : undefined;
}

// applyIn calls a function in a context that was captured before.
export function applyIn(context: unknown, f: (...args: any[]) => any, self: unknown, args: readonly unknown[]): any {
  if (!used) return ReflectApply(f, self, args as any);
  const outer = host.asyncContext();
  host.setAsyncContext(context);
  try {
    return ReflectApply(f, self, args as any);
  } finally {
    host.setAsyncContext(outer);
  }
}
