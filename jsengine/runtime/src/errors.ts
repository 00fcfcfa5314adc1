// Errors of the Web platform. Node's coded errors are in node/errors.ts.

import { TypeError_, globalObject } from "./primordials.ts";

// DOMException is the engine's own class.
export const DOMException: { new (message?: string, name?: string): Error } = globalObject.DOMException;

// illegalInvocation is what a method of a Web interface throws for a foreign receiver.
export function illegalInvocation(): TypeError {
  return new TypeError_("Illegal invocation");
}

// needArgs throws the TypeError of WebIDL if fewer than n arguments were given.
export function needArgs(given: number, n: number, what: string): void {
  if (given < n) throw new TypeError_(`${what}: ${n} argument${n > 1 ? "s" : ""} required, but only ${given} present.`);
}
