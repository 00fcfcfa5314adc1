// node:cluster: programs that are started with child_process.fork and listen on the same ports, whose connections
// come to each in turn.

import { ArrayPrototypeSlice, FunctionPrototypeCall, ObjectKeys, ObjectSetPrototypeOf, SafeSet, StringPrototypeIncludes, setOwn, setValues, uncurryThis } from "../primordials.ts";
import { builtin, register } from "../modules.ts";
import { process } from "../process.ts";
import { nextTick } from "../timers.ts";
import { close, shareListeners, type Listener } from "../serve.ts";
import { EventEmitter } from "./events.ts";
import { isA, method, tidy } from "./names.ts";

const on = uncurryThis(EventEmitter.prototype.on);
const once = uncurryThis(EventEmitter.prototype.once);
const emit = uncurryThis(EventEmitter.prototype.emit);

// said is a message between a primary and its workers, which no listener for messages sees.
function said(act: string, more?: any): any {
  return { cmd: "NODE_CLUSTER", act, ...more };
}

function Worker(this: any, options: any): any {
  if (!isA(this, Worker)) return new (Worker as any)(options);
  FunctionPrototypeCall(EventEmitter, this);
  if (options === null || typeof options !== "object") options = {};
  setOwn(this, "exitedAfterDisconnect", undefined);
  setOwn(this, "state", options.state || "none");
  setOwn(this, "id", options.id | 0);
  if (options.process) {
    setOwn(this, "process", options.process);
    on(options.process, "error", (code: any, signal: any) => emit(this, "error", code, signal));
    on(options.process, "message", (message: any, handle: any) => emit(this, "message", message, handle));
  }
}
ObjectSetPrototypeOf(Worker.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(Worker, EventEmitter);

method(Worker, "kill", function (this: any, ...args: any[]) {
  this.destroy(...args);
});
method(Worker, "send", function (this: any, ...args: any[]) {
  return this.process.send(...args);
});
method(Worker, "isDead", function (this: any) {
  return this.process.exitCode != null || this.process.signalCode != null;
});
method(Worker, "isConnected", function (this: any) {
  return this.process.connected;
});

const cluster: any = new EventEmitter();
function set(values: any): void {
  const keys = ObjectKeys(values);
  for (let i = 0; i < keys.length; i++) setOwn(cluster, keys[i]!, values[keys[i]!]);
}

function primary(): void {
  let ids = 0, initialized = false;
  set({ isWorker: false, isMaster: true, isPrimary: true, Worker, workers: {}, settings: {}, SCHED_NONE: 1, SCHED_RR: 2, schedulingPolicy: 2 });

  const setup = (options?: any): void => {
    const settings = {
      args: ArrayPrototypeSlice(process.argv, 2), exec: process.argv[1], execArgv: process.execArgv, silent: false, ...cluster.settings, ...options,
    };
    cluster.settings = settings;
    if (initialized) {
      nextTick(() => emit(cluster, "setup", settings));
      return;
    }
    initialized = true;
    cluster.schedulingPolicy = 2;
    nextTick(() => emit(cluster, "setup", settings));
  };
  setOwn(cluster, "setupPrimary", setup);
  setOwn(cluster, "setupMaster", setup);

  const gone = (worker: any): void => {
    delete cluster.workers[worker.id];
    if (ObjectKeys(cluster.workers).length === 0) nextTick(() => emit(cluster, "intercom"));
  };
  setOwn(cluster, "fork", (env?: any): any => {
    setup();
    const { settings } = cluster;
    const id = ++ids;
    const o: any = { cwd: settings.cwd, env: { ...process.env, ...env, NODE_UNIQUE_ID: `${id}` }, silent: settings.silent, execArgv: settings.execArgv, serialization: settings.serialization, gid: settings.gid, uid: settings.uid };
    if (settings.stdio !== undefined) o.stdio = settings.stdio;
    const worker = new (Worker as any)({ id, process: builtin("node:child_process")!.fork(settings.exec, settings.args, o) });
    const child = worker.process;
    on(worker, "message", (message: any, handle: any) => emit(cluster, "message", worker, message, handle));
    once(child, "exit", (code: any, signal: any) => {
      gone(worker);
      worker.exitedAfterDisconnect = !!worker.exitedAfterDisconnect;
      worker.state = "dead";
      emit(worker, "exit", code, signal);
      emit(cluster, "exit", worker, code, signal);
    });
    once(child, "disconnect", () => {
      worker.exitedAfterDisconnect = !!worker.exitedAfterDisconnect;
      if (worker.state !== "dead") worker.state = "disconnected";
      emit(worker, "disconnect");
      emit(cluster, "disconnect", worker);
      gone(worker);
    });
    on(child, "internalMessage", (m: any) => {
      if (m.cmd !== "NODE_CLUSTER") return;
      switch (m.act) {
        case "online":
          worker.state = "online";
          emit(worker, "online");
          emit(cluster, "online", worker);
          return;
        case "listening":
          worker.state = "listening";
          emit(worker, "listening", m.address);
          emit(cluster, "listening", worker, m.address);
          return;
        case "exitedAfterDisconnect":
          worker.exitedAfterDisconnect = true;
      }
    });
    nextTick(() => emit(cluster, "fork", worker));
    cluster.workers[id] = worker;
    return worker;
  });
  setOwn(cluster, "disconnect", (cb?: any): void => {
    const ids = ObjectKeys(cluster.workers);
    if (ids.length === 0) nextTick(() => emit(cluster, "intercom"));
    for (let i = 0; i < ids.length; i++) {
      const worker = cluster.workers[ids[i]!];
      if (worker.isConnected()) worker.disconnect();
    }
    if (typeof cb === "function") once(cluster, "intercom", cb);
  });

  method(Worker, "disconnect", function (this: any) {
    this.exitedAfterDisconnect = true;
    if (this.process.connected) this.process.send(said("disconnect"));
    return this;
  });
  method(Worker, "destroy", function (this: any, signal?: any) {
    this.process.kill(signal || "SIGTERM");
  });
}

function child(): void {
  const worker = new (Worker as any)({ id: +process.env.NODE_UNIQUE_ID!, process, state: "online" });
  delete process.env.NODE_UNIQUE_ID;
  const all = ObjectKeys(cluster);
  for (let i = 0; i < all.length; i++) if (all[i]![0] !== "_") delete cluster[all[i]!];
  set({ isWorker: true, isMaster: false, isPrimary: false, worker, Worker });
  const open: Set<Listener> = new SafeSet<Listener>();
  const send = (act: string, more?: any): void => {
    if (process.connected) process.send(said(act, more), () => {});
  };
  // leave closes the servers, and then the channel.
  const leave = (): void => {
    const all = setValues(open);
    for (let i = 0; i < all.length; i++) close(all[i]!);
    if (process.connected) process.disconnect();
  };
  shareListeners(`cluster:${process.ppid}`, (l) => {
    open.add(l);
    const address = l.path ?? (l.host === "::" || l.host === "" ? null : l.host);
    send("listening", { address: l.path !== undefined ? { address, port: -1, addressType: -1 } : { address, port: l.port, addressType: address !== null && StringPrototypeIncludes(address, ":") ? 6 : 4, fd: undefined } });
  });
  once(process, "disconnect", () => {
    emit(worker, "disconnect");
    if (!worker.exitedAfterDisconnect) process.exit(0); // the primary is gone
  });
  on(process, "internalMessage", (m: any) => {
    if (m.cmd !== "NODE_CLUSTER" || m.act !== "disconnect") return;
    worker.exitedAfterDisconnect = true;
    leave();
  });
  method(Worker, "disconnect", function (this: any) {
    if (this.exitedAfterDisconnect !== true) {
      this.exitedAfterDisconnect = true;
      send("exitedAfterDisconnect");
    }
    nextTick(leave); // what was sent goes first
    return this;
  });
  method(Worker, "destroy", function (this: any) {
    if (this.exitedAfterDisconnect) return;
    this.exitedAfterDisconnect = true;
    if (!this.isConnected()) process.exit(0);
    send("exitedAfterDisconnect");
    once(process, "disconnect", () => process.exit(0));
    nextTick(() => process.disconnect());
  });
  // The channel alone keeps a worker alive, until it is told to leave.
  process.channel?.ref();
  send("online");
}

register(["node:cluster", "cluster"], () => {
  primary();
  return tidy(cluster);
}, null, () => {
  if (process.env.NODE_UNIQUE_ID !== undefined && process.connected) child();
});
