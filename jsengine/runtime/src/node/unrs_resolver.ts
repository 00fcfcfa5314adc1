// unrs-resolver, by its name: the package itself is a native addon, which a sandbox
// cannot load. jest finds its modules with it.

import { ArrayIsArray, ArrayPrototypePush, ObjectFreeze, ObjectKeys, StringPrototypeStartsWith } from "../primordials.ts";
import { OP } from "buntime:ops";
import { isBuiltin, register } from "../modules.ts";
import { validateObject, validateString } from "./errors.ts";
import { posix } from "./path.ts";
import { refuse } from "./unavailable.ts";

const { dirname, join, normalize } = posix;

interface Result {
  path?: string;
  error?: string;
  builtin?: { resolved: string; isRuntimeModule: boolean };
}

// Options that would find other modules, and are not understood. What is no option of the package's is passed over, as there.
const others = ["alias", "aliasFields", "enforceExtension", "exportsFields", "extensionAlias", "fallback", "fullySpecified", "importsFields", "preferAbsolute", "preferRelative", "resolveToContext", "restrictions", "tsconfig"];

function listOf(v: unknown): string[] | undefined {
  if (v === undefined || v === null) return undefined;
  if (!ArrayIsArray(v)) return [`${v as any}`];
  const out: string[] = [];
  for (let i = 0; i < v.length; i++) ArrayPrototypePush(out, `${v[i]}`);
  return out;
}

function only(list: string[] | undefined, value: string): boolean {
  return list === undefined || (list.length === 1 && list[0] === value);
}

function unfit(option: string): never {
  return refuse(`${option} of unrs-resolver`, "modules are found as require finds them, by conditionNames, extensions, modules and roots");
}

export class ResolverFactory {
  #options: any;
  #conditions: string[];
  #extensions: string[] | undefined;
  #modules: string[] | undefined; // undefined: node_modules alone
  #roots: string[];

  constructor(options: any = {}) {
    if (options === null) options = {};
    validateObject(options, "options");
    for (let i = 0; i < others.length; i++) {
      const v = options[others[i]!];
      if (v !== undefined && v !== null && v !== false && !(typeof v === "object" && ObjectKeys(v).length === 0)) unfit(others[i]!);
    }
    if (options.symlinks === false) unfit("symlinks");
    if (!only(listOf(options.mainFields), "main")) unfit("mainFields");
    if (!only(listOf(options.mainFiles), "index")) unfit("mainFiles");
    this.#options = options;
    this.#conditions = listOf(options.conditionNames) ?? [];
    this.#extensions = listOf(options.extensions) ?? [".js", ".json", ".node"];
    const modules = listOf(options.modules);
    this.#modules = only(modules, "node_modules") ? undefined : modules;
    this.#roots = listOf(options.roots) ?? [];
  }
  static default(): ResolverFactory {
    return new ResolverFactory();
  }
  cloneWithOptions(options: any): ResolverFactory {
    return new ResolverFactory(options);
  }
  clearCache(): void {}

  // #lookup are the folders that a package is looked for in, from a folder upwards.
  #lookup(dir: string): string[] | undefined {
    const modules = this.#modules;
    if (modules === undefined) return undefined;
    const out: string[] = [];
    for (let i = 0; i < modules.length; i++) {
      const m = modules[i]!;
      if (StringPrototypeStartsWith(m, "/")) {
        ArrayPrototypePush(out, normalize(m));
        continue;
      }
      for (let d = dir; ; d = dirname(d)) {
        ArrayPrototypePush(out, join(d, m));
        if (d === "/") break;
      }
    }
    return out;
  }
  #find(dir: string, request: string, lookup: string[] | undefined): string {
    return host.sync(OP["module.resolve"]!, request, `${dir}/_`, this.#extensions, lookup, this.#conditions);
  }
  sync(directory: string, request: string): Result {
    validateString(directory, "directory");
    validateString(request, "request");
    if (this.#options.builtinModules && isBuiltin(request)) {
      const isRuntimeModule = StringPrototypeStartsWith(request, "node:");
      return { builtin: { resolved: isRuntimeModule ? request : `node:${request}`, isRuntimeModule } };
    }
    const dir = normalize(directory);
    const bare = !StringPrototypeStartsWith(request, ".") && !StringPrototypeStartsWith(request, "/") && !StringPrototypeStartsWith(request, "#");
    try {
      return { path: this.#find(dir, request, bare ? this.#lookup(dir) : undefined) };
    } catch (e: any) {
      if (StringPrototypeStartsWith(request, "/")) {
        for (let i = 0; i < this.#roots.length; i++) {
          try {
            return { path: this.#find(this.#roots[i]!, `.${request}`, undefined) };
          } catch {
            continue;
          }
        }
      }
      return { error: `${e?.message}` };
    }
  }
  async async(directory: string, request: string): Promise<Result> {
    return this.sync(directory, request);
  }
  resolveFileSync(file: string, request: string): Result {
    return this.sync(dirname(file), request);
  }
  async resolveFileAsync(file: string, request: string): Promise<Result> {
    return this.sync(dirname(file), request);
  }
}

register(["unrs-resolver"], () => ({
  ResolverFactory,
  EnforceExtension: ObjectFreeze({ Auto: 0, Enabled: 1, Disabled: 2 }),
  ModuleType: ObjectFreeze({ Module: "module", CommonJs: "commonjs", Json: "json", Wasm: "wasm", Addon: "addon" }),
  sync: (directory: string, request: string): Result => new ResolverFactory().sync(directory, request),
}));
