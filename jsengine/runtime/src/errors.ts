// Errors of the Web platform. Node's coded errors are in node/errors.ts.

import { TypeError_, globalObject } from "./primordials.ts";
import { coded, missingArgs } from "./node/errors.ts";

// DOMException is the engine's own class.
export const DOMException: { new (message?: string, name?: string): Error } = globalObject.DOMException;

// illegalInvocation is what a method of a Web interface throws for a foreign receiver.
export function illegalInvocation(name: string): TypeError {
  return coded(TypeError_, "ERR_INVALID_THIS", `Value of "this" must be of type ${name}`);
}

// needArgs throws the TypeError of WebIDL, with Node's code, if fewer than n arguments were given.
export function needArgs(given: number, n: number, what: string): void {
  if (given < n) throw coded(TypeError_, "ERR_MISSING_ARGS", `${what}: ${n} argument${n > 1 ? "s" : ""} required, but only ${given} present.`);
}

// needNamed does so for the parameters of classes that are Node's own, in its words.
export function needNamed(given: number, ...names: string[]): void {
  if (given < names.length) throw missingArgs(names);
}
