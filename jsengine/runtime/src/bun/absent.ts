// What Bun has and a sandbox has not: each is there by its name, and says why it does nothing.

import { ObjectDefineProperty, Proxy_, ReflectGet, ReflectHas, setOwn } from "../primordials.ts";
import { refuse } from "../node/unavailable.ts";

const databases = "a sandbox opens no connections to databases; bun:sqlite is there, and services over HTTP by fetch";

// Functions and classes, and why.
const missing: [names: string[], why: string][] = [
  [["SQL", "sql", "postgres"], databases],
  [["RedisClient"], databases],
  [["S3Client"], "there is no client of S3; fetch reaches its HTTP interface"],
  [["udpSocket"], "node:dgram is there"],
  [["build"], "programs are not bundled here; imports work without, and Bun.Transpiler makes JavaScript of TypeScript"],
  [["plugin", "registerMacro"], "the loader takes no plugins; imports of .json, .toml, .yaml and text work without"],
  [["openInEditor"], "a sandbox has no editor to open"],
  [["FileSystemRouter"], "it serves pages of a bundler; Bun.serve has routes"],
  [["Terminal"], "a sandbox has no terminal"],
  [["WebView"], "a sandbox has no screen"],
  [["mmap"], "files of a workspace are not mapped into memory; Bun.file(path).bytes() reads them"],
  [["generateHeapSnapshot"], "the engine writes no heap snapshots"],
  [["Image"], "images are not decoded here; a package in JavaScript may do"],
  [["Archive"], "archives are read and written by tar and unzip in a command line"],
  [["cron"], "a sandbox ends with its program; setTimeout and setInterval run while it lives"],
  [["ModuleGraph", "FetchSession"], "it belongs to Bun's bundler"],
];

// Objects whose methods are absent.
const objects: [name: string, methods: string[], why: string][] = [
  ["redis", ["get", "set", "del", "incr", "connect", "send", "close"], databases],
  ["s3", ["file", "write", "presign", "exists", "delete", "list", "stat", "size", "unlink"], "there is no client of S3; fetch reaches its HTTP interface"],
  ["FFI", ["dlopen", "linkSymbols", "viewSource", "ptr", "toBuffer", "toArrayBuffer"], "sandboxes run no native code"],
  ["secrets", ["get", "set", "delete"], "a sandbox has no keychain; give secrets in the environment"],
  ["unsafe", ["arrayBufferToString", "gcAggressionLevel", "mimallocDump", "memoryFootprint", "setJITPolicy"], "it reaches into Bun's own memory"],
  ["XML", ["parse", "stringify"], "XML is not parsed here; a package such as fast-xml-parser does"],
];

function absentFunction(name: string, why: string, shown = `Bun.${name}`): any {
  const fn = { [name]: function (): never {
    return refuse(shown, why);
  } }[name]!;
  ObjectDefineProperty(fn, "name", { __proto__: null, value: name, configurable: true } as any);
  return withMembers(fn, why, shown);
}

// withMembers makes every member that o is asked for one that says why it is absent.
function withMembers(o: any, why: string, shown: string): any {
  return new Proxy_(o, {
    __proto__: null,
    get(target: any, key: PropertyKey, receiver: any): any {
      if (typeof key === "symbol" || key === "then" || key === "toJSON" || ReflectHas(target, key)) return ReflectGet(target, key, receiver);
      return absentFunction(key as string, why, `${shown}.${key as string}`);
    },
  } as any);
}

// addAbsent puts them into the Bun object, where nothing else is.
export function addAbsent(Bun: any): void {
  for (let i = 0; i < missing.length; i++) {
    const names = missing[i]![0], why = missing[i]![1];
    for (let j = 0; j < names.length; j++) if (Bun[names[j]!] === undefined) setOwn(Bun, names[j]!, absentFunction(names[j]!, why));
  }
  for (let i = 0; i < objects.length; i++) {
    const o: any = {};
    const name = objects[i]![0], methods = objects[i]![1];
    for (let j = 0; j < methods.length; j++) setOwn(o, methods[j]!, absentFunction(methods[j]!, objects[i]![2], `Bun.${name}.${methods[j]!}`));
    if (Bun[name] === undefined) setOwn(Bun, name, withMembers(o, objects[i]![2], `Bun.${name}`));
  }
}
