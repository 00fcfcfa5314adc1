// MessageChannel, MessagePort and BroadcastChannel: within one sandbox in guest
// memory alone, and between the threads of a program by way of the host.

import {
  ArrayPrototypePush, ArrayPrototypeShift, ArrayPrototypeSplice, FunctionPrototypeCall, SafeMap, SafeSet, SymbolIterator, TypeError_, iterate, mapKeys, setValues,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { DOMException, illegalInvocation, needArgs } from "../errors.ts";
import { Event, EventTarget, MessageEvent, dispatch, eventHandler, fire, isMessageEvent, listenedTypes, listenerCountOf, messageData, watchListeners } from "../events.ts";
import { defineGlobals, webInterface } from "../globals.ts";
import { inspectAs } from "../inspect.ts";
import { coded } from "../node/errors.ts";
import { keepAlive, soon } from "../timers.ts";
import { pack, structuredCloneOf, transferables, unpack } from "../structured-clone.ts";

// Kinds of what comes from other threads, as in ops_ports.go.
export const ONLINE = 2;
export const OUTPUT = 3;
export const ERROR = 4;
export const EXIT = 5;
const MESSAGE = 0;
const CLOSED = 1;
const BROADCAST = 6;
const THREAD = 7;

interface Message {
  data?: unknown;
  ports?: MessagePort[];
  broken?: unknown; // why it could not be read
  closed?: boolean; // no message: the other end was closed
}

interface Port {
  object: MessagePort;
  peer: Port | null; // the other end, in this sandbox
  endpoint: number; // the host's number for this end, when the other is in another thread; 0: it is not
  queue: Message[];
  started: boolean;
  closed: boolean;
  moved: boolean; // transferred: its object is of no use
  ref: boolean;
  scheduled: boolean;
}

let portOf!: (p: MessagePort) => Port;
let isPort!: (v: unknown) => v is MessagePort;
const token = {};

function newPort(object: MessagePort): Port {
  return { object, peer: null, endpoint: 0, queue: [], started: false, closed: false, moved: false, ref: false, scheduled: false };
}

// A Wrapped is a listener as Node's on() takes it: it gets the data, not the event.
interface Wrapped {
  type: string;
  listener: any;
  wrapper: (e: Event) => void;
}

export class MessagePort extends EventTarget {
  #port: Port;
  #wrapped: Wrapped[] | null = null;

  static {
    isPort = (v): v is MessagePort => typeof v === "object" && v !== null && #port in v;
    portOf = (p) => {
      if (!isPort(p)) throw illegalInvocation("MessagePort");
      return p.#port;
    };
  }

  constructor(t: unknown = undefined) {
    if (t !== token) throw coded(TypeError_, "ERR_CONSTRUCT_CALL_INVALID", "Constructor cannot be called");
    super();
    this.#port = newPort(this);
    watchListeners(this, (type, count) => {
      if (type !== "message") return;
      const port = this.#port;
      if (count === 0) setRef(port, false);
      else if (count === 1) {
        setRef(port, true);
        startPort(port);
      }
    });
  }

  postMessage(message: unknown, options: any = undefined): void {
    const port = portOf(this);
    if (arguments.length === 0) throw coded(TypeError_, "ERR_MISSING_ARGS", "Not enough arguments to MessagePort.postMessage");
    post(port, message, transferOf(options));
  }
  start(): void {
    startPort(portOf(this));
  }
  close(callback: any = undefined): void {
    const port = portOf(this);
    if (typeof callback === "function") FunctionPrototypeCall(addEventListener, this, "close", callback, { __proto__: null, once: true });
    closePort(port);
  }
  ref(): void {
    setRef(portOf(this), true);
  }
  unref(): void {
    setRef(portOf(this), false);
  }
  hasRef(): boolean {
    return portOf(this).ref;
  }

  on(type: string, listener: any): this {
    return this.#listen(type, listener, false);
  }
  addListener(type: string, listener: any): this {
    return this.#listen(type, listener, false);
  }
  once(type: string, listener: any): this {
    return this.#listen(type, listener, true);
  }
  #listen(type: string, listener: any, once: boolean): this {
    const wrapped = (this.#wrapped ??= []);
    for (let i = 0; i < wrapped.length; i++) if (wrapped[i]!.type === type && wrapped[i]!.listener === listener) return this;
    const w: Wrapped = {
      type,
      listener,
      wrapper: (e) => {
        if (once) this.#forget(w);
        FunctionPrototypeCall(typeof listener === "function" ? listener : listener.handleEvent, this, isMessageEvent(e) ? messageData(e) : e);
      },
    };
    ArrayPrototypePush(wrapped, w);
    FunctionPrototypeCall(addEventListener, this, type, w.wrapper, { __proto__: null, once });
    return this;
  }
  off(type: string, listener: any, options: any = undefined): this {
    const wrapped = this.#wrapped;
    if (wrapped !== null) {
      for (let i = 0; i < wrapped.length; i++) {
        const w = wrapped[i]!;
        if (w.type !== type || w.listener !== listener) continue;
        this.#forget(w);
        FunctionPrototypeCall(removeEventListener, this, type, w.wrapper);
        return this;
      }
    }
    FunctionPrototypeCall(removeEventListener, this, type, listener, options);
    return this;
  }
  removeListener(type: string, listener: any, options: any = undefined): this {
    return this.off(type, listener, options);
  }
  #forget(w: Wrapped): void {
    const wrapped = this.#wrapped!;
    for (let i = 0; i < wrapped.length; i++) {
      if (wrapped[i] === w) {
        ArrayPrototypeSplice(wrapped, i, 1);
        return;
      }
    }
  }
  removeAllListeners(type: string | undefined = undefined): this {
    const wrapped = this.#wrapped ?? [];
    for (let i = wrapped.length - 1; i >= 0; i--) if (type === undefined || wrapped[i]!.type === type) this.off(wrapped[i]!.type, wrapped[i]!.listener);
    return this;
  }
  emit(type: string, arg: unknown): boolean {
    const had = listenerCountOf(this, `${type}`) > 0;
    dispatch(this, type === "message" ? new MessageEvent("message", { __proto__: null, data: arg }) : new Event(type));
    return had;
  }
  eventNames(): string[] {
    return listenedTypes(this);
  }
  listenerCount(type: string): number {
    return listenerCountOf(this, `${type}`);
  }
  setMaxListeners(): this {
    return this;
  }
  getMaxListeners(): number {
    return 10;
  }
}

const { addEventListener, removeEventListener } = EventTarget.prototype;


function transferOf(options: any): unknown[] {
  if (options === undefined || options === null) return [];
  if (typeof options !== "object" && typeof options !== "function") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "Optional options argument must be an object");
  if (options[SymbolIterator] !== undefined) return iterate(options, "transfer");
  const transfer = options.transfer;
  if (transfer === undefined) return [];
  if (transfer === null || typeof transfer !== "object") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "Optional options.transfer argument must be an iterable");
  return iterate(transfer, "transfer");
}

function setRef(port: Port, ref: boolean): void {
  if (port.ref === ref || (ref && (port.closed || port.moved))) return;
  port.ref = ref;
  keepAlive(ref ? 1 : -1);
}

function startPort(port: Port): void {
  if (port.started || port.closed || port.moved) return;
  port.started = true;
  schedule(port);
}

function enqueue(port: Port, m: Message): void {
  if (port.closed) return;
  ArrayPrototypePush(port.queue, m);
  schedule(port);
}

// schedule delivers the next message of a port in a turn of its own.
function schedule(port: Port): void {
  if (port.scheduled || port.queue.length === 0 || (!port.started && port.queue[0]!.closed !== true)) return;
  port.scheduled = true;
  soon(() => {
    port.scheduled = false;
    if (port.closed || port.moved || port.queue.length === 0 || (!port.started && port.queue[0]!.closed !== true)) return;
    deliver(port, ArrayPrototypeShift(port.queue));
    schedule(port);
  });
}

function deliver(port: Port, m: Message): void {
  const target = port.object;
  if (m.closed) {
    ended(port);
    return;
  }
  if ("broken" in m) fire(target, new MessageEvent("messageerror", { __proto__: null, data: m.broken }));
  else fire(target, new MessageEvent("message", { __proto__: null, data: m.data, ports: m.ports ?? [] }));
}

function ended(port: Port): void {
  port.closed = true;
  port.queue = [];
  setRef(port, false);
  fire(port.object, new Event("close"));
}

function closePort(port: Port): void {
  if (port.closed || port.moved) return;
  const { peer, endpoint } = port;
  port.closed = true;
  port.peer = null;
  port.queue = [];
  if (endpoint !== 0) {
    endpoints.delete(endpoint);
    port.endpoint = 0;
    host.sync(OP["port.close"]!, endpoint);
  } else if (peer !== null) {
    peer.peer = null;
    enqueue(peer, { closed: true });
  }
  // It keeps the program alive until its end is told.
  soon(() => {
    setRef(port, false);
    fire(port.object, new Event("close"));
  });
  if (!port.ref) {
    port.ref = true;
    keepAlive(1);
  }
}

// post sends a message from a port to the other end.
export function post(port: Port, message: unknown, transfer: unknown[]): void {
  if (port.endpoint !== 0) {
    const p = pack(message, transfer, port.object, endpointOf);
    host.sync(OP["port.post"]!, port.endpoint, p.values, p.ports, p.buffers);
    return;
  }
  const ports: MessagePort[] = [];
  const data = structuredCloneOf(message, transfer, ports, port.object);
  if (port.peer !== null) enqueue(port.peer, { data, ports });
}

// endpoints are the ports whose other end is in another thread, by the host's numbers.
const endpoints: Map<number, Port> = new SafeMap();

// attach makes a port of an end that the host has.
export function attach(endpoint: number): MessagePort {
  const object = new MessagePort(token);
  const port = portOf(object);
  port.endpoint = endpoint;
  endpoints.set(endpoint, port);
  listenToThreads();
  return object;
}

// endpointOf takes a port out of this sandbox: the host's number for it.
export function endpointOf(object: MessagePort): number {
  const port = portOf(object);
  let n = port.endpoint;
  if (n === 0) {
    const pair: [number, number] = host.sync(OP["port.pair"]!);
    n = pair[0];
    if (port.peer !== null) {
      const peer = port.peer;
      peer.peer = null;
      peer.endpoint = pair[1];
      endpoints.set(pair[1], peer);
      listenToThreads();
    } else host.sync(OP["port.close"]!, pair[1]);
  } else endpoints.delete(n);
  // What it did not deliver goes with it, the last first.
  for (let i = port.queue.length - 1; i >= 0; i--) {
    const m = port.queue[i]!;
    if (m.closed || "broken" in m) continue;
    const p = pack(m.data, m.ports ?? [], null, endpointOf);
    host.sync(OP["port.unread"]!, n, p.values, p.ports, p.buffers);
  }
  gone(port);
  return n;
}

function gone(port: Port): void {
  setRef(port, false);
  port.moved = true;
  port.peer = null;
  port.endpoint = 0;
  port.queue = [];
}

transferables({
  owns: isPort,
  usable(v: MessagePort): void {
    const port = portOf(v);
    if (port.moved || port.closed) throw new DOMException("MessagePort in transfer list is already detached", "DataCloneError");
  },
  receiver: () => new MessagePort(token),
  move(v: MessagePort, to: MessagePort): void {
    const old = portOf(v);
    const port = portOf(to);
    port.queue = old.queue;
    port.endpoint = old.endpoint;
    if (old.endpoint !== 0) endpoints.set(old.endpoint, port);
    if (old.peer !== null) {
      port.peer = old.peer;
      old.peer.peer = port;
    }
    gone(old);
    schedule(port);
  },
});

// Workers hear of their threads from here; set by node:worker_threads.
let onWorker: ((kind: number, thread: number, name: string, body: unknown) => void) | null = null;
let onThread: ((from: number, data: unknown) => void) | null = null;

export function threadEvents(worker: typeof onWorker, thread: typeof onThread): void {
  onWorker = worker;
  onThread = thread;
}

let listening = false;

// listenToThreads makes the event loop hear of what other threads send. It does not keep the program alive.
export function listenToThreads(): void {
  if (listening) return;
  listening = true;
  host.unref(
    host.start(OP["mailbox.wait"]!, (error) => {
      listening = false;
      if (error !== undefined) return;
      receive(1000);
      listenToThreads();
    }),
  );
}

// receive takes in at most so many of the things that wait.
function receive(most: number): void {
  for (; most > 0; most--) {
    const got = host.sync(OP["mailbox.receive"]!);
    if (got === undefined) return;
    const kind: number = got[0];
    const target: number = got[1];
    const name: string = got[2];
    const body: unknown = got[3];
    const numbers: number[] = got[4];
    const buffers: number[] = got[5];
    const ports: MessagePort[] = [];
    for (let i = 0; i < numbers.length; i++) ArrayPrototypePush(ports, attach(numbers[i]));
    switch (kind) {
      case MESSAGE: {
        const port = endpoints.get(target);
        if (port !== undefined) enqueue(port, read(body, ports, buffers));
        break;
      }
      case CLOSED: {
        const port = endpoints.get(target);
        if (port !== undefined) {
          endpoints.delete(target);
          host.sync(OP["port.close"]!, target);
          port.endpoint = 0;
          enqueue(port, { closed: true });
        }
        break;
      }
      case BROADCAST: {
        const list = channels.get(name);
        if (list !== undefined) {
          const all = setValues(list);
          for (let i = 0; i < all.length; i++) hear(all[i]!, read(body, ports, buffers));
        }
        break;
      }
      case THREAD:
        onThread?.(target, read(body, ports, buffers).data);
        break;
      default:
        onWorker?.(kind, target, name, body);
    }
    if (buffers.length > 0) host.sync(OP["shared.forget"]!, buffers); // those of a message that nobody read
  }
}

function read(body: unknown, ports: MessagePort[], buffers: number[]): Message {
  try {
    return { data: unpack(body, ports, buffers), ports };
  } catch (e) {
    return { broken: e };
  }
}

// receiveOn takes the next message of a port, whether it was started or not.
export function receiveOn(object: unknown): { message: unknown } | undefined {
  if (isPort(object)) {
    const port = portOf(object);
    if (port.endpoint !== 0 && port.queue.length === 0) receive(1e9);
    const m = port.queue[0];
    if (m === undefined || m.closed) return undefined;
    ArrayPrototypeShift(port.queue);
    return { message: m.data };
  }
  if (isChannel(object)) {
    const m = ArrayPrototypeShift(waitingOf(object));
    return m === undefined ? undefined : { message: m.data };
  }
  throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "port" argument must be a MessagePort instance');
}

// drainThen delivers what a port has, then calls f, in turns of their own.
export function drainThen(object: MessagePort, f: () => void): void {
  const port = portOf(object);
  const step = (): void => {
    const m = port.started ? port.queue[0] : undefined;
    if (m === undefined || m.closed) {
      f();
      return;
    }
    ArrayPrototypeShift(port.queue);
    deliver(port, m);
    soon(step);
  };
  soon(step);
}

export { isPort as isMessagePort, portOf };

export class MessageChannel {
  port1: MessagePort;
  port2: MessagePort;

  constructor() {
    const a = new MessagePort(token);
    const b = new MessagePort(token);
    portOf(a).peer = portOf(b);
    portOf(b).peer = portOf(a);
    this.port1 = a;
    this.port2 = b;
  }
}

// channels are the open BroadcastChannels by name.
const channels: Map<string, Set<BroadcastChannel>> = new SafeMap();
let threaded = false; // there are, or were, other threads

// joinThreads makes broadcasts go to other threads, too.
export function joinThreads(): void {
  if (threaded) return;
  threaded = true;
  const names = mapKeys(channels);
  for (let i = 0; i < names.length; i++) host.sync(OP["channel.join"]!, names[i], true);
  listenToThreads();
}

let isChannel!: (v: unknown) => v is BroadcastChannel;
let waitingOf!: (c: BroadcastChannel) => Message[];
let hear!: (c: BroadcastChannel, m: Message) => void;

// isActive tells whether a channel was not closed.
export let isActive: (c: any) => boolean;

export class BroadcastChannel extends EventTarget {
  #name: string;
  #closed = false;
  #ref = true;
  #waiting: Message[] = [];

  static {
    isChannel = (v): v is BroadcastChannel => typeof v === "object" && v !== null && #name in v;
    waitingOf = (c) => c.#waiting;
    isActive = (c) => !c.#closed;
    hear = (c, m) => {
      ArrayPrototypePush(c.#waiting, m);
      soon(() => {
        if (c.#closed) return;
        const m = ArrayPrototypeShift(c.#waiting);
        if (m === undefined) return;
        if ("broken" in m) fire(c, new MessageEvent("messageerror", { __proto__: null, data: m.broken }));
        else fire(c, new MessageEvent("message", { __proto__: null, data: m.data }));
      });
    };
  }

  constructor(name: string) {
    needArgs(arguments.length, 1, "BroadcastChannel");
    super();
    this.#name = `${name}`;
    let list = channels.get(this.#name);
    if (list === undefined) {
      if (threaded) host.sync(OP["channel.join"]!, this.#name, true);
      list = new SafeSet();
      channels.set(this.#name, list);
    }
    list.add(this);
    keepAlive(1);
  }

  get name(): string {
    return this.#name;
  }
  postMessage(message: unknown): void {
    if (!isChannel(this)) throw illegalInvocation("BroadcastChannel");
    needArgs(arguments.length, 1, "BroadcastChannel.postMessage");
    if (this.#closed) throw new DOMException("BroadcastChannel is closed.", "InvalidStateError");
    const all = setValues(channels.get(this.#name)!);
    // One copy for each, and at least one, which says whether there can be any.
    if (all.length === 1) structuredCloneOf(message, []);
    for (let i = 0; i < all.length; i++) if (all[i] !== this) hear(all[i]!, { data: structuredCloneOf(message, []) });
    if (threaded) {
      const p = pack(message, [], null, endpointOf);
      host.sync(OP["channel.post"]!, this.#name, p.values, p.ports, p.buffers);
    }
  }
  close(): void {
    if (!isChannel(this)) throw illegalInvocation("BroadcastChannel");
    if (this.#closed) return;
    this.#closed = true;
    this.unref();
    const list = channels.get(this.#name)!;
    list.delete(this);
    if (list.size === 0) {
      channels.delete(this.#name);
      if (threaded) host.sync(OP["channel.join"]!, this.#name, false);
    }
  }
  ref(): this {
    if (!this.#ref && !this.#closed) {
      this.#ref = true;
      keepAlive(1);
    }
    return this;
  }
  unref(): this {
    if (this.#ref) {
      this.#ref = false;
      keepAlive(-1);
    }
    return this;
  }
}

webInterface(MessagePort, "MessagePort");
webInterface(MessageChannel, "MessageChannel");
webInterface(BroadcastChannel, "BroadcastChannel");
eventHandler(MessagePort, "message");
eventHandler(MessagePort, "messageerror");
eventHandler(MessagePort, "close");
eventHandler(BroadcastChannel, "message");
eventHandler(BroadcastChannel, "messageerror");
inspectAs(MessagePort, "MessagePort", (p: MessagePort) => ({ active: !portOf(p).closed && !portOf(p).moved, refed: portOf(p).ref }));
inspectAs(BroadcastChannel, "BroadcastChannel", (c: BroadcastChannel) => ({ name: c.name }));
defineGlobals({ MessagePort, MessageChannel, BroadcastChannel });
