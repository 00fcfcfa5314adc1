// WeakRef, whose target lives at least to the end of the job that made the reference or read it: the engine counts
// references, and would free a target that nothing else holds at once.

import { ArrayPrototypePush, ObjectDefineProperty, ReflectConstruct, TypeError_, WeakRef_, hide, uncurryThis } from "./primordials.ts";
import { defineGlobal, named } from "./globals.ts";
import { queueJob } from "./timers.ts";

const nativeDeref = uncurryThis(WeakRef_.prototype.deref);

// Made when there is something to keep: an array of the image is never freed, nor what is in it.
let kept: unknown[] | null = null;

function release(): void {
  kept = null;
}

function keep(target: unknown): void {
  if (kept === null) {
    kept = [];
    queueJob(release);
  }
  ArrayPrototypePush(kept, target);
}

function WeakRef(target: any): any {
  if (new.target === undefined) throw new TypeError_("Constructor WeakRef requires 'new'");
  const r = ReflectConstruct(WeakRef_, [target], new.target);
  keep(target);
  return r;
}
ObjectDefineProperty(WeakRef, "prototype", { __proto__: null, value: WeakRef_.prototype, writable: false } as any);
named(WeakRef, "WeakRef", 1);
hide(WeakRef_.prototype, "constructor", WeakRef);
hide(WeakRef_.prototype, "deref", class {
  static deref(this: unknown): unknown {
    const target = nativeDeref(this);
    if (target !== undefined) keep(target);
    return target;
  }
}.deref);
defineGlobal("WeakRef", WeakRef);
