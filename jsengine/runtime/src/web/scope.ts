// The global object as an event target: what nobody catches is an event of it
// before it ends the program.

import { FunctionPrototypeCall, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, globalObject } from "../primordials.ts";
import { needNamed } from "../errors.ts";
import { ErrorEvent, Event, EventTarget, dictionary, eventHandler, fire } from "../events.ts";
import { defineGlobals, webInterface } from "../globals.ts";
import { inspectAs } from "../inspect.ts";
import { missingArgs } from "../node/errors.ts";
import { listenUncaught } from "../process.ts";

export class PromiseRejectionEvent extends Event {
  #promise: unknown;
  #reason: unknown;

  constructor(type: string, init: any) {
    needNamed(arguments.length, "type", "eventInitDict");
    super(type, init);
    const o = dictionary(init);
    if (o.promise === undefined) throw missingArgs(["eventInitDict.promise"]);
    this.#promise = o.promise;
    this.#reason = o.reason;
  }

  get promise(): unknown {
    return this.#promise;
  }
  get reason(): unknown {
    return this.#reason;
  }
}

class Scope extends EventTarget {}
const scopeEvents = ["unhandledrejection", "rejectionhandled"];
for (let i = 0; i < scopeEvents.length; i++) eventHandler(Scope, scopeEvents[i]!);

let scope: Scope | null = null; // from the first use on
let onerror: unknown = null; // what a program set
let hearing = false; // a listener runs

function target(): Scope {
  if (scope === null) {
    scope = new Scope();
    listenUncaught(heard);
    scope.addEventListener("error", (e: any) => {
      if (typeof onerror === "function" && FunctionPrototypeCall(onerror as any, globalObject, e.message, e.filename, e.lineno, e.colno, e.error) === true) e.preventDefault();
    });
  }
  return scope;
}

// heard tells the program's listeners what was not caught, and reports whether one
// of them took it on itself.
function heard(error: unknown, origin: string, promise?: unknown): boolean {
  if (scope === null || hearing) return false; // what a listener throws ends the program
  hearing = true;
  try {
    return tell(scope, error, origin, promise);
  } finally {
    hearing = false;
  }
}

function tell(scope: Scope, error: unknown, origin: string, promise: unknown): boolean {
  const init = { __proto__: null, cancelable: true, error, message: "", promise, reason: error };
  if (origin === "rejectionHandled") return fire(scope, new PromiseRejectionEvent("rejectionhandled", init));
  if (origin === "unhandledRejection") return !fire(scope, new PromiseRejectionEvent("unhandledrejection", init));
  init.message = `Uncaught ${error as any}`;
  return !fire(scope, new ErrorEvent("error", init));
}

defineGlobals({
  PromiseRejectionEvent: webInterface(PromiseRejectionEvent, "PromiseRejectionEvent"),
  addEventListener(type: string, callback: any, options: any = undefined): void {
    needNamed(arguments.length, "type", "listener");
    target().addEventListener(type, callback, options);
  },
  removeEventListener(type: string, callback: any, options: any = undefined): void {
    needNamed(arguments.length, "type", "listener");
    target().removeEventListener(type, callback, options);
  },
  dispatchEvent(event: Event): boolean {
    return target().dispatchEvent(event);
  },
});

// globalHandler defines an on… attribute of the global object.
function globalHandler(name: string, get: () => unknown, set: (v: unknown) => void): void {
  const accessors = {
    get [name](): unknown {
      return get();
    },
    set [name](v: unknown) {
      set(v);
    },
  };
  const d = ObjectGetOwnPropertyDescriptor(accessors, name)!;
  ObjectDefineProperty(globalObject, name, { __proto__: null, get: d.get, set: d.set, enumerable: false, configurable: true } as any);
}

globalHandler("onerror", () => onerror, (v) => {
  target();
  onerror = typeof v === "function" ? v : null;
});
for (let i = 0; i < scopeEvents.length; i++) {
  const name = `on${scopeEvents[i]!}`;
  globalHandler(name, () => (target() as any)[name], (v) => { (target() as any)[name] = v; });
}
inspectAs(PromiseRejectionEvent, "PromiseRejectionEvent", (e: PromiseRejectionEvent) => ({ type: e.type, promise: e.promise, reason: e.reason }));
