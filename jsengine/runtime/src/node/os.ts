// node:os: what a program may know of the machine, which is the sandbox.

import { ObjectDefineProperty, SymbolToPrimitive } from "../primordials.ts";
import { OP } from "buntime:ops";
import { register } from "../modules.ts";
import { process } from "../process.ts";

const signals: any = {
  __proto__: null, SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGIOT: 6, SIGBUS: 7, SIGFPE: 8, SIGKILL: 9, SIGUSR1: 10, SIGSEGV: 11, SIGUSR2: 12,
  SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15, SIGCHLD: 17, SIGSTKFLT: 16, SIGCONT: 18, SIGSTOP: 19, SIGTSTP: 20, SIGTTIN: 21, SIGTTOU: 22, SIGURG: 23, SIGXCPU: 24, SIGXFSZ: 25,
  SIGVTALRM: 26, SIGPROF: 27, SIGWINCH: 28, SIGIO: 29, SIGPOLL: 29, SIGPWR: 30, SIGSYS: 31,
};
const errno: any = {
  __proto__: null, EPERM: 1, ENOENT: 2, EINTR: 4, EIO: 5, EBADF: 9, EAGAIN: 11, ENOMEM: 12, EACCES: 13, EBUSY: 16, EEXIST: 17, EXDEV: 18, ENODEV: 19, ENOTDIR: 20, EISDIR: 21,
  EINVAL: 22, ENFILE: 23, EMFILE: 24, EFBIG: 27, ENOSPC: 28, ESPIPE: 29, EROFS: 30, EMLINK: 31, EPIPE: 32, ERANGE: 34, ENAMETOOLONG: 36, ENOSYS: 38, ENOTEMPTY: 39, ELOOP: 40,
  EADDRINUSE: 98, ECONNABORTED: 103, ECONNRESET: 104, ETIMEDOUT: 110, ECONNREFUSED: 111, EHOSTUNREACH: 113, ECANCELED: 125, EDQUOT: 122,
};
const priority = { __proto__: null, PRIORITY_LOW: 19, PRIORITY_BELOW_NORMAL: 10, PRIORITY_NORMAL: 0, PRIORITY_ABOVE_NORMAL: -7, PRIORITY_HIGH: -14, PRIORITY_HIGHEST: -20 };

const memory = (): { used: number; limit: number } => host.sync(OP["process.memory"]!);

const os: any = {
  arch: () => process.arch,
  availableParallelism: () => 1,
  cpus: () => [{ model: "buntime", speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }],
  endianness: () => "LE",
  freemem: () => {
    const m = memory();
    return m.limit - m.used;
  },
  getPriority: () => 0,
  setPriority: () => undefined,
  homedir: () => process.env.HOME ?? "/workspace",
  hostname: () => "buntime",
  loadavg: () => [0, 0, 0],
  networkInterfaces: () => ({}),
  platform: () => process.platform,
  release: () => "6.0.0",
  tmpdir: () => process.env.TMPDIR ?? "/tmp",
  totalmem: () => memory().limit,
  type: () => "Linux",
  userInfo: () => ({ uid: 0, gid: 0, username: "root", homedir: os.homedir(), shell: "/bin/sh" }),
  uptime: () => host.now() / 1000,
  version: () => "#1",
  machine: () => "x86_64",
  constants: { __proto__: null, UV_UDP_REUSEADDR: 4, dlopen: { __proto__: null, RTLD_LAZY: 1, RTLD_NOW: 2, RTLD_GLOBAL: 256, RTLD_LOCAL: 0 }, errno, signals, priority },
  EOL: "\n",
  devNull: "/dev/null",
};
{
  // These read as values in templates, as Node's do: `${os.tmpdir}`.
  const names = ["arch", "availableParallelism", "endianness", "freemem", "homedir", "hostname", "release", "tmpdir", "totalmem", "type", "uptime", "version", "machine", "platform"];
  for (let i = 0; i < names.length; i++) {
    const fn = os[names[i]!];
    ObjectDefineProperty(fn, SymbolToPrimitive, { __proto__: null, value: () => fn(), configurable: true, writable: true, enumerable: false } as any);
  }
}

register(["node:os", "os"], () => os);
