// Errors of the Web platform. Node's coded errors are in node/errors.ts.

import { TypeError_, globalObject } from "./primordials.ts";
import { coded } from "./node/errors.ts";

// DOMException is the engine's own class.
export const DOMException: { new (message?: string, name?: string): Error } = globalObject.DOMException;

// illegalInvocation is what a method of a Web interface throws for a foreign receiver.
export function illegalInvocation(): TypeError {
  return new TypeError_("Illegal invocation");
}

// needArgs throws the TypeError of WebIDL, with Node's code, if fewer than n arguments were given.
export function needArgs(given: number, n: number, what: string): void {
  if (given < n) throw coded(TypeError_, "ERR_MISSING_ARGS", `${what}: ${n} argument${n > 1 ? "s" : ""} required, but only ${given} present.`);
}
