// node:domain, deprecated long ago: errors of callbacks begun inside a domain are its own.

import { ArrayPrototypeIndexOf, ArrayPrototypePush, ArrayPrototypeSplice, Error_, ReflectApply, setOwn } from "../primordials.ts";
import { register } from "../modules.ts";
import { onceUncaught } from "../process.ts";
import { AsyncLocalStorage } from "./async_hooks.ts";
import { EventEmitter } from "./events.ts";
import { tidy } from "./names.ts";

const active: any = new AsyncLocalStorage();

class Domain extends EventEmitter {
  members: any[] = [];
  [key: string]: any;
  add(e: any): void {
    if (ArrayPrototypeIndexOf(this.members, e) < 0) ArrayPrototypePush(this.members, e);
    e.on?.("error", (err: unknown) => this.raise(err));
  }
  remove(e: any): void {
    const at = ArrayPrototypeIndexOf(this.members, e);
    if (at >= 0) ArrayPrototypeSplice(this.members, at, 1);
  }
  raise(err: any): void {
    if (err !== null && typeof err === "object") setOwn(err, "domain", this);
    this.emit("error", err);
  }
  run(fn: any, ...args: any[]): any {
    onceUncaught((err) => {
      const d = active.getStore();
      if (d === undefined || d.listenerCount("error") === 0) return false;
      d.raise(err);
      return true;
    });
    return active.run(this, () => {
      try {
        return ReflectApply(fn, this, args);
      } catch (e) {
        if (this.listenerCount("error") === 0) throw e;
        this.raise(e);
        return undefined;
      }
    });
  }
  bind(fn: any): any {
    const d = this;
    return function (this: unknown, ...args: any[]): any {
      return d.run(() => ReflectApply(fn, this, args));
    };
  }
  intercept(fn: any): any {
    const d = this;
    return function (this: unknown, err: any, ...args: any[]): any {
      if (err instanceof Error_) {
        d.raise(err);
        return undefined;
      }
      return d.run(() => ReflectApply(fn, this, args));
    };
  }
  enter(): void {
    active.enterWith(this);
  }
  exit(): void {
    active.enterWith(undefined);
  }
}

const exports: any = { _stack: [], Domain, createDomain: () => new Domain(), create: () => new Domain(), active: null };

register(["node:domain", "domain"], () => tidy(exports));
