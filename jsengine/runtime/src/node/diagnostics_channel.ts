// node:diagnostics_channel.

import {
  ArrayPrototypeIndexOf, ArrayPrototypePush, ArrayPrototypeSlice, ArrayPrototypeSplice, FunctionPrototypeCall, ObjectPrototypeIsPrototypeOf, ReflectApply, SafeMap, mapEntries,
} from "../primordials.ts";
import { register } from "../modules.ts";
import { nextTick } from "../timers.ts";
import { invalidArgType, validateFunction } from "./errors.ts";
import { tidy } from "./names.ts";

type Subscriber = (message: unknown, name: PropertyKey) => void;

const channels: Map<PropertyKey, Channel> = new SafeMap();

class Channel {
  name: PropertyKey;
  #subscribers: Subscriber[] = [];
  #stores: Map<any, ((data: any) => any) | undefined> = new SafeMap();

  constructor(name: PropertyKey) {
    this.name = name;
  }
  get hasSubscribers(): boolean {
    return this.#subscribers.length > 0 || this.#stores.size > 0;
  }
  subscribe(f: Subscriber): void {
    validateFunction(f, "subscription");
    this.#subscribers = ArrayPrototypeSlice(this.#subscribers);
    ArrayPrototypePush(this.#subscribers, f);
  }
  unsubscribe(f: Subscriber): boolean {
    const at = ArrayPrototypeIndexOf(this.#subscribers, f);
    if (at < 0) return false;
    this.#subscribers = ArrayPrototypeSlice(this.#subscribers);
    ArrayPrototypeSplice(this.#subscribers, at, 1);
    return true;
  }
  bindStore(store: any, transform?: (data: any) => any): void {
    this.#stores.set(store, transform);
  }
  unbindStore(store: any): boolean {
    return this.#stores.delete(store);
  }
  publish(message: unknown): void {
    const all = this.#subscribers;
    for (let i = 0; i < all.length; i++) {
      try {
        FunctionPrototypeCall(all[i], undefined, message, this.name);
      } catch (e) {
        nextTick(() => host.uncaught(e));
      }
    }
  }
  runStores(data: any, fn: any, self?: any, ...args: any[]): any {
    let run = (): any => {
      this.publish(data);
      return ReflectApply(fn, self, args);
    };
    const stores = mapEntries(this.#stores);
    for (let i = 0; i < stores.length; i++) {
      const [store, transform] = stores[i]!;
      const next = run;
      run = () => {
        let context = data;
        if (transform !== undefined) {
          try {
            context = transform(data);
          } catch (e) {
            nextTick(() => host.uncaught(e));
            return next();
          }
        }
        return store.run(context, next);
      };
    }
    return run();
  }
}

function channel(name: PropertyKey): Channel {
  let c = channels.get(name);
  if (c === undefined) {
    if (typeof name !== "string" && typeof name !== "symbol") throw invalidArgType("channel", ["string", "symbol"], name);
    c = new Channel(name);
    channels.set(name, c);
  }
  return c;
}

const events = ["start", "end", "asyncStart", "asyncEnd", "error"] as const;

class TracingChannel {
  start!: Channel;
  end!: Channel;
  asyncStart!: Channel;
  asyncEnd!: Channel;
  error!: Channel;

  get hasSubscribers(): boolean {
    for (let i = 0; i < events.length; i++) if (this[events[i]!].hasSubscribers) return true;
    return false;
  }

  constructor(of: any) {
    if (typeof of !== "string" && (typeof of !== "object" || of === null)) throw invalidArgType("nameOrChannels", ["string", "TracingChannel", "Object"], of);
    for (let i = 0; i < events.length; i++) {
      const name = events[i]!;
      if (typeof of === "string") this[name] = channel(`tracing:${of}:${name}`);
      else if (ObjectPrototypeIsPrototypeOf(Channel.prototype, of[name])) this[name] = of[name];
      else throw invalidArgType(`nameOrChannels.${name}`, "Channel", of[name]);
    }
  }
  subscribe(handlers: any): void {
    for (let i = 0; i < events.length; i++) if (handlers[events[i]!]) this[events[i]!]?.subscribe(handlers[events[i]!]);
  }
  unsubscribe(handlers: any): boolean {
    let done = true;
    for (let i = 0; i < events.length; i++) if (handlers[events[i]!] && !this[events[i]!]?.unsubscribe(handlers[events[i]!])) done = false;
    return done;
  }
  traceSync(fn: any, context: any = {}, self?: any, ...args: any[]): any {
    return this.start.runStores(context, () => {
      try {
        const result = ReflectApply(fn, self, args);
        context.result = result;
        return result;
      } catch (e) {
        context.error = e;
        this.error.publish(context);
        throw e;
      } finally {
        this.end.publish(context);
      }
    });
  }
  tracePromise(fn: any, context: any = {}, self?: any, ...args: any[]): any {
    const settled = async (p: any): Promise<any> => {
      let value: any;
      try {
        value = await p;
      } catch (e) {
        context.error = e;
        this.error.publish(context);
        this.asyncStart.publish(context);
        this.asyncEnd.publish(context);
        throw e;
      }
      context.result = value;
      this.asyncStart.publish(context);
      this.asyncEnd.publish(context);
      return value;
    };
    return this.start.runStores(context, () => {
      try {
        return settled(ReflectApply(fn, self, args));
      } catch (e) {
        context.error = e;
        this.error.publish(context);
        throw e;
      } finally {
        this.end.publish(context);
      }
    });
  }
  traceCallback(fn: any, position = -1, context: any = {}, self?: any, ...args: any[]): any {
    const at = position < 0 ? args.length + position : position;
    const callback = at >= 0 && at < args.length ? args[at] : undefined;
    validateFunction(callback, "callback");
    const tracing = this;
    ArrayPrototypeSplice(args, at, 1, function (this: unknown, ...results: any[]): any {
      const error = results.length > 0 ? results[0] : undefined;
      if (error) {
        context.error = error;
        tracing.error.publish(context);
      } else context.result = results.length > 1 ? results[1] : undefined;
      tracing.asyncStart.runStores(context, () => {
        try {
          return ReflectApply(callback, this, results);
        } finally {
          tracing.asyncEnd.publish(context);
        }
      });
    });
    return this.start.runStores(context, () => {
      try {
        return ReflectApply(fn, self, args);
      } catch (e) {
        context.error = e;
        this.error.publish(context);
        throw e;
      } finally {
        this.end.publish(context);
      }
    });
  }
}

register(["node:diagnostics_channel", "diagnostics_channel"], () =>
  tidy({
    channel,
    hasSubscribers: (name: PropertyKey) => channels.get(name)?.hasSubscribers ?? false,
    subscribe: (name: PropertyKey, f: Subscriber) => channel(name).subscribe(f),
    unsubscribe: (name: PropertyKey, f: Subscriber) => channel(name).unsubscribe(f),
    tracingChannel: (of: any) => new TracingChannel(of),
    Channel,
  }));
