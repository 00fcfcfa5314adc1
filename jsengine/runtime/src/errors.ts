// Errors of the Web platform. Node's coded errors are in node/errors.ts.

import { ErrorPrototype, ErrorPrototypeGetStack, ReflectDefineProperty, ReflectGetOwnPropertyDescriptor, TypeError_, globalObject } from "./primordials.ts";
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

// stack is an own property that is not enumerable once it is assigned, whatever the value, as in V8: the engine's
// own setter takes strings only and makes an enumerable property of them.
ReflectDefineProperty(ErrorPrototype, "stack", {
  __proto__: null,
  get: ReflectGetOwnPropertyDescriptor(ErrorPrototype, "stack")!.get,
  set: {
    stack(this: unknown, value: unknown): void {
      if ((typeof this !== "object" || this === null) && typeof this !== "function") throw new TypeError_("not an object");
      const deleted = host.classOf(this) === "Error" && ErrorPrototypeGetStack(this) === undefined; // then it is a property like any other
      ReflectDefineProperty(this, "stack", { __proto__: null, value, writable: true, configurable: true, enumerable: deleted } as any);
    },
  }.stack,
  enumerable: false,
  configurable: true,
} as any);
