// A clock that tests set: Date, and timers that fire when it is moved.

import {
  ArrayPrototypePush, ArrayPrototypeSplice, Date_, DatePrototypeToString, NumberIsNaN, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ReflectApply, ReflectConstruct,
  globalObject,
} from "../primordials.ts";
import { builtin } from "../modules.ts";

interface Entry {
  id: number;
  due: number;
  every: number; // 0: once
  run: () => void;
  immediate: boolean;
  object: object;
}

const maxRuns = 100000; // timers that runAll fires before it gives up

// Clock replaces Date and the timers of globalThis and node:timers, as far as it is told to.
export class Clock {
  now = 0;
  #timers: Entry[] = [];
  #last = 0;
  #saved: [object: object, name: string, was: PropertyDescriptor][] = [];
  #started = false;

  get installed(): boolean {
    return this.#started;
  }
  get count(): number {
    return this.#timers.length;
  }

  // install replaces what apis names: "Date", "setTimeout", "setInterval", "setImmediate", "setTimeout" and their clear functions.
  install(apis: readonly string[], now: number): void {
    this.now = now;
    this.#started = true;
    const modules: any[] = [globalObject, builtin("node:timers")];
    const replace = (name: string, value: unknown): void => {
      for (let i = 0; i < modules.length; i++) {
        const was = ObjectGetOwnPropertyDescriptor(modules[i], name);
        if (was === undefined || (name === "Date" && i > 0)) continue;
        ArrayPrototypePush(this.#saved, [modules[i], name, was]);
        ObjectDefineProperty(modules[i], name, { __proto__: null, value, writable: true, enumerable: was.enumerable, configurable: true } as any);
      }
    };
    for (let i = 0; i < apis.length; i++) {
      switch (apis[i]) {
        case "Date":
          replace("Date", this.#date());
          break;
        case "setTimeout":
          replace("setTimeout", this.#setter("setTimeout", false, false));
          replace("clearTimeout", this.#clearer("clearTimeout"));
          break;
        case "setInterval":
          replace("setInterval", this.#setter("setInterval", true, false));
          replace("clearInterval", this.#clearer("clearInterval"));
          break;
        case "setImmediate":
          replace("setImmediate", this.#setter("setImmediate", false, true));
          replace("clearImmediate", this.#clearer("clearImmediate"));
          break;
      }
    }
  }
  // uninstall puts everything back; timers that wait are forgotten.
  uninstall(): void {
    for (let i = this.#saved.length - 1; i >= 0; i--) ObjectDefineProperty(this.#saved[i]![0], this.#saved[i]![1], this.#saved[i]![2]);
    this.#saved = [];
    this.#timers = [];
    this.#started = false;
  }
  clear(): void {
    this.#timers = [];
  }

  #date(): any {
    const clock = this;
    function Date(this: any, ...args: any[]): any {
      if (new.target === undefined) return DatePrototypeToString(new Date_(clock.now));
      return ReflectConstruct(Date_, args.length === 0 ? [clock.now] : args, new.target === Date ? Date_ : new.target);
    }
    ObjectDefineProperty(Date, "prototype", { __proto__: null, value: Date_.prototype } as any);
    ObjectDefineProperty(Date, "length", { __proto__: null, value: 7 } as any);
    const hidden = (name: string, value: unknown): void => {
      ObjectDefineProperty(Date, name, { __proto__: null, value, writable: true, configurable: true } as any);
    };
    hidden("now", { now: () => clock.now }.now);
    hidden("parse", Date_.parse);
    hidden("UTC", Date_.UTC);
    return Date;
  }
  #setter(name: string, repeat: boolean, immediate: boolean): unknown {
    const clock = this;
    return {
      [name](callback: any, delay?: any, ...args: any[]): unknown {
        if (immediate && arguments.length > 1) args = [delay, ...args];
        let ms = immediate ? 0 : +delay;
        if (NumberIsNaN(ms) || ms < 1) ms = immediate ? 0 : 1;
        const id = ++clock.#last;
        const entry: Entry = {
          id, due: clock.now + ms, every: repeat ? ms : 0, immediate, run: () => ReflectApply(callback, undefined, args),
          object: {
            id,
            ref() {
              return this;
            },
            unref() {
              return this;
            },
            hasRef: () => true,
            refresh() {
              entry.due = clock.now + ms;
              return this;
            },
            [Symbol.toPrimitive]: () => id,
          },
        };
        ArrayPrototypePush(clock.#timers, entry);
        return entry.object;
      },
    }[name];
  }
  #clearer(name: string): unknown {
    return {
      [name]: (t: any): void => {
        for (let i = 0; i < this.#timers.length; i++) {
          if (this.#timers[i]!.object !== t && this.#timers[i]!.id !== +t) continue;
          ArrayPrototypeSplice(this.#timers, i, 1);
          return;
        }
      },
    }[name];
  }
  // The timer that is due first, of those that are due by then.
  #next(by: number): Entry | undefined {
    let first: Entry | undefined;
    for (let i = 0; i < this.#timers.length; i++) {
      const t = this.#timers[i]!;
      if (t.due > by) continue;
      if (first === undefined || (t.immediate && !first.immediate) || (t.immediate === first.immediate && t.due < first.due)) first = t;
    }
    return first;
  }
  #fire(t: Entry): void {
    if (t.due > this.now) this.now = t.due;
    if (t.every > 0) t.due += t.every;
    else {
      for (let i = 0; i < this.#timers.length; i++) if (this.#timers[i] === t) ArrayPrototypeSplice(this.#timers, i, 1);
    }
    t.run();
  }
  // advance moves the clock by ms and fires what is due on the way.
  advance(ms: number): void {
    const end = this.now + ms;
    for (let t = this.#next(end); t !== undefined; t = this.#next(end)) this.#fire(t);
    this.now = end;
  }
  // toNext moves the clock to the next timer and fires it; false if there is none.
  toNext(): boolean {
    const t = this.#next(Infinity);
    if (t === undefined) return false;
    this.#fire(t);
    return true;
  }
  // all fires timers until there are none.
  all(): void {
    for (let i = 0; this.toNext(); i++) {
      if (i >= maxRuns) throw new Error(`Aborting after running ${maxRuns} timers, assuming an infinite loop!`);
    }
  }
  // pending fires what waits now, and nothing that it starts.
  pending(): void {
    const last = this.#last;
    let end = this.now;
    for (let i = 0; i < this.#timers.length; i++) if (this.#timers[i]!.due > end) end = this.#timers[i]!.due;
    for (let t = this.#next(end); t !== undefined && t.id <= last; t = this.#next(end)) this.#fire(t);
  }
}

// timeOf is what a test sets a clock to, in ms since 1970.
export function timeOf(v: any): number {
  return typeof v === "object" && v !== null ? +v : Number(v);
}

