// process.binding: of Node's own parts those that packages of its early years ask
// for, and that are data or say what cannot be here.

import { MapPrototypeSet, Map_, plain, setOwn } from "../primordials.ts";
import { builtin } from "../modules.ts";
import { systemErrors } from "./system_errors.ts";
import { tidy } from "./names.ts";

const makers: Record<string, () => any> = {
  __proto__: null as any,
  constants() {
    const all = plain();
    const of = ["os", "fs", "crypto", "zlib"];
    for (let i = 0; i < of.length; i++) all[of[i]!] = builtin(`node:${of[i]!}`)!.constants;
    return all;
  },
  // The texts of Node's modules, of which there are none: programs read the names.
  natives() {
    const names: string[] = builtin("node:module")!.builtinModules;
    const all: any = {};
    for (let i = 0; i < names.length; i++) setOwn(all, names[i]!, "");
    return all;
  },
  tty_wrap() {
    const { ReadStream } = builtin("node:tty")!;
    return tidy({
      isTTY: (_fd: unknown) => false,
      TTY: class TTY {
        constructor(fd: unknown) {
          new ReadStream(fd); // throws
        }
        getWindowSize(): void {}
        setRawMode(): void {}
      },
    });
  },
  util() {
    const { types } = builtin("node:util")!;
    const names = [
      "isExternal", "isDate", "isNativeError", "isRegExp", "isAsyncFunction", "isPromise", "isMap", "isSet", "isMapIterator", "isSetIterator", "isArrayBuffer", "isDataView", "isAnyArrayBuffer", "isArrayBufferView",
      "isTypedArray", "isUint8Array",
    ];
    const all: any = {};
    for (let i = 0; i < names.length; i++) setOwn(all, names[i]!, types[names[i]!]);
    return all;
  },
  uv() {
    const all: any = {};
    setOwn(all, "errname", (n: number) => {
      for (let i = 0; i < systemErrors.length; i++) if (systemErrors[i]![0] === n) return systemErrors[i]![1];
      return `Unknown system error ${n}`;
    });
    for (let i = 0; i < systemErrors.length; i++) setOwn(all, `UV_${systemErrors[i]![1]}`, systemErrors[i]![0]);
    setOwn(all, "getErrorMap", () => {
      const map = new Map_();
      for (let i = 0; i < systemErrors.length; i++) MapPrototypeSet(map, systemErrors[i]![0], [systemErrors[i]![1], systemErrors[i]![2]]);
      return map;
    });
    return tidy(all);
  },
};
const made = plain();

// provide gives a part that another module has.
export function provide(name: string, make: () => any): void {
  makers[name] = make;
}

// binding is the part of that name, or undefined.
export function binding(name: string): any {
  if (makers[name] === undefined) return undefined;
  return (made[name] ??= makers[name]!());
}
