// node:tty: no descriptor of a sandbox is a terminal.

import { Error_, ObjectDefineProperty, ObjectSetPrototypeOf, RangeError_, RegExpPrototypeExec } from "../primordials.ts";
import { builtin, register } from "../modules.ts";
import { process } from "../process.ts";
import { coded } from "./errors.ts";
import { tidy } from "./names.ts";

const errnoNotTTY = (): Error => coded(Error_, "ERR_TTY_INIT_FAILED", "TTY initialization failed: no descriptor of a sandbox is a terminal");

function refuse(fd: any): never {
  if (typeof fd !== "number" || fd >> 0 !== fd || fd < 0) throw coded(RangeError_, "ERR_INVALID_FD", `"fd" must be a positive integer: ${fd}`);
  throw errnoNotTTY();
}

const ReadStream: any = function ReadStream(fd: any): void {
  refuse(fd);
};
const WriteStream: any = function WriteStream(fd: any): void {
  refuse(fd);
};

const depths: readonly [RegExp, number][] = [
  [/^(ansi|color|linux|xterm|screen|rxvt|vt100|con[0-9]*x[0-9]|cygwin)/i, 4],
];
const terms: any = {
  __proto__: null, eterm: 4, cons25: 4, console: 4, cygwin: 4, dtterm: 4, gnome: 4, hurd: 4, jfbterm: 4, konsole: 4, kterm: 4, mlterm: 4, mosh: 24, putty: 4, st: 4, "rxvt-unicode-24bit": 24, terminator: 24, "xterm-kitty": 24,
};

function getColorDepth(env: any = process.env): number {
  if (env.FORCE_COLOR !== undefined) {
    switch (env.FORCE_COLOR) {
      case "": case "1": case "true":
        return 4;
      case "2":
        return 8;
      case "3":
        return 24;
      default:
        return 1;
    }
  }
  if (env.NODE_DISABLE_COLORS !== undefined || env.NO_COLOR !== undefined || env.TERM === "dumb") return 1;
  if (env.TMUX) return 8;
  if (env.CI) {
    if (env.APPVEYOR || env.BUILDKITE || env.CIRCLECI || env.DRONE || env.GITHUB_ACTIONS || env.GITLAB_CI || env.TRAVIS) return 8;
    return 1;
  }
  if (env.COLORTERM === "truecolor" || env.COLORTERM === "24bit") return 24;
  if (env.TERM) {
    if (RegExpPrototypeExec(/^xterm-256/, env.TERM) !== null) return 8;
    if (terms[env.TERM] !== undefined) return terms[env.TERM];
    for (let i = 0; i < depths.length; i++) if (RegExpPrototypeExec(depths[i]![0], env.TERM) !== null) return depths[i]![1];
  }
  return env.COLORTERM ? 4 : 1;
}

const methods: any = {
  getColorDepth,
  hasColors(count?: any, env?: any): boolean {
    if (env === undefined && (count === undefined || typeof count === "object")) {
      env = count;
      count = 16;
    }
    return count <= 2 ** getColorDepth(env);
  },
  getWindowSize(this: any): [number, number] {
    return [this.columns, this.rows];
  },
};
for (const name in methods) ObjectDefineProperty(WriteStream.prototype, name, { __proto__: null, value: methods[name], writable: true, enumerable: true, configurable: true } as any);

register(["node:tty", "tty"], () => {
  const net = builtin("node:net")?.Socket;
  if (net !== undefined) {
    ObjectSetPrototypeOf(ReadStream.prototype, net.prototype);
    ObjectSetPrototypeOf(WriteStream.prototype, net.prototype);
  }
  return tidy({ isatty: (_fd: unknown) => false, ReadStream, WriteStream });
});
