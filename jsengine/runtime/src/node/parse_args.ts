// util.parseArgs.

import { ArrayIsArray, ArrayPrototypePush, ArrayPrototypeShift, ArrayPrototypeSlice, ArrayPrototypeUnshift, ObjectKeys, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeStartsWith, TypeError_, hasOwn, plain } from "../primordials.ts";
import { process } from "../process.ts";
import { coded, invalidArgType, invalidArgValue, validateBoolean, validateObject, validateString } from "./errors.ts";

interface Token {
  kind: "option" | "positional" | "option-terminator";
  name?: string;
  rawName?: string;
  index: number;
  value?: string;
  inlineValue?: boolean;
}

function typeOf(options: any, name: string): string | undefined {
  return hasOwn(options, name) ? options[name].type : undefined;
}

function longOf(short: string, options: any): string {
  const names = ObjectKeys(options);
  for (let i = 0; i < names.length; i++) if (options[names[i]!].short === short) return names[i]!;
  return short;
}

function tokenize(args: string[], options: any): Token[] {
  const tokens: Token[] = [];
  const rest: string[] = ArrayPrototypeSlice(args);
  let index = -1;
  let group = 0;
  const option = (name: string, rawName: string, value: string | undefined, inlineValue: boolean | undefined): void => {
    ArrayPrototypePush(tokens, { kind: "option", name, rawName, index, value, inlineValue });
  };
  while (rest.length > 0) {
    const arg: string = ArrayPrototypeShift(rest);
    if (group > 0) group--;
    else index++;
    if (arg === "--") {
      ArrayPrototypePush(tokens, { kind: "option-terminator", index });
      while (rest.length > 0) ArrayPrototypePush(tokens, { kind: "positional", index: ++index, value: ArrayPrototypeShift(rest) });
      break;
    }
    const dash = arg.length > 1 && arg[0] === "-";
    if (dash && arg[1] !== "-") {
      const name = longOf(arg[1]!, options);
      const string = typeOf(options, name) === "string";
      if (arg.length === 2) {
        const value = string && rest[0] !== undefined ? (ArrayPrototypeShift(rest) as string) : undefined;
        option(name, arg, value, value === undefined ? undefined : false);
        if (value !== undefined) index++;
        continue;
      }
      if (!string) {
        const expanded: string[] = [];
        for (let i = 1; i < arg.length; i++) {
          if (typeOf(options, longOf(arg[i]!, options)) !== "string" || i === arg.length - 1) ArrayPrototypePush(expanded, `-${arg[i]}`);
          else {
            ArrayPrototypePush(expanded, `-${StringPrototypeSlice(arg, i)}`);
            break;
          }
        }
        for (let i = expanded.length - 1; i >= 0; i--) ArrayPrototypeUnshift(rest, expanded[i]);
        group = expanded.length;
        continue;
      }
      option(name, `-${arg[1]}`, StringPrototypeSlice(arg, 2), true);
      continue;
    }
    if (dash && arg.length > 2) {
      const equals = StringPrototypeIndexOf(arg, "=", 3);
      if (equals < 0) {
        const name = StringPrototypeSlice(arg, 2);
        const value = typeOf(options, name) === "string" && rest[0] !== undefined ? (ArrayPrototypeShift(rest) as string) : undefined;
        option(name, arg, value, value === undefined ? undefined : false);
        if (value !== undefined) index++;
      } else {
        const name = StringPrototypeSlice(arg, 2, equals);
        option(name, `--${name}`, StringPrototypeSlice(arg, equals + 1), true);
      }
      continue;
    }
    ArrayPrototypePush(tokens, { kind: "positional", index, value: arg });
  }
  return tokens;
}

function check(config: { options: any; allowPositionals: boolean; allowNegative: boolean }, token: Token): void {
  let name = token.name!;
  const { options } = config;
  const negative = config.allowNegative && !hasOwn(options, name) && StringPrototypeStartsWith(name, "no-") && token.value === undefined;
  if (negative) name = StringPrototypeSlice(name, 3);
  if (!hasOwn(options, name) || (negative && options[name].type !== "boolean")) {
    const hint = config.allowPositionals ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "${token.rawName}"` : "";
    throw coded(TypeError_, "ERR_PARSE_ARGS_UNKNOWN_OPTION", `Unknown option '${token.rawName}'${hint}`);
  }
  const { short, type } = options[name];
  const both = `${short ? `-${short}, ` : ""}--${name}`;
  if (type === "string" && typeof token.value !== "string") throw coded(TypeError_, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${both} <value>' argument missing`);
  if (type === "boolean" && token.value !== undefined) throw coded(TypeError_, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${both}' does not take an argument`);
  if (token.inlineValue === false && token.value!.length > 1 && token.value![0] === "-") {
    const example = StringPrototypeStartsWith(token.rawName!, "--") ? `'${token.rawName}=-XYZ'` : `'--${name}=-XYZ' or '${token.rawName}-XYZ'`;
    throw coded(TypeError_, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${token.rawName}' argument is ambiguous.\nDid you forget to specify the option argument for '${token.rawName}'?\nTo specify an option argument starting with a dash use ${example}.`);
  }
}

function validateArray(v: unknown, name: string): void {
  if (!ArrayIsArray(v)) throw invalidArgType(name, "Array", v);
}

export function parseArgs(config: any = {}): any {
  const args = config.args ?? ArrayPrototypeSlice(process.argv, 2);
  const strict = config.strict ?? true, allowPositionals = config.allowPositionals ?? !strict, returnTokens = config.tokens ?? false, allowNegative = config.allowNegative ?? false;
  const options = config.options ?? {};
  validateArray(args, "args");
  validateBoolean(strict, "strict");
  validateBoolean(allowPositionals, "allowPositionals");
  validateBoolean(returnTokens, "tokens");
  validateBoolean(allowNegative, "allowNegative");
  validateObject(options, "options");
  const names = ObjectKeys(options);
  for (let i = 0; i < names.length; i++) {
    const at = `options.${names[i]}`;
    const o = options[names[i]!];
    validateObject(o, at);
    if (o.type !== "string" && o.type !== "boolean") throw invalidArgType(`${at}.type`, ["('string|boolean')"], o.type);
    if (hasOwn(o, "short")) {
      validateString(o.short, `${at}.short`);
      if (o.short.length !== 1) throw invalidArgValue(`${at}.short`, o.short, "must be a single character");
    }
    if (hasOwn(o, "multiple")) validateBoolean(o.multiple, `${at}.multiple`);
    if (o.default !== undefined) {
      if (o.multiple) validateArray(o.default, `${at}.default`);
      const list: any[] = o.multiple ? o.default : [o.default];
      for (let j = 0; j < list.length; j++) {
        const name = o.multiple ? `${at}.default[${j}]` : `${at}.default`;
        if (o.type === "string") validateString(list[j], name);
        else validateBoolean(list[j], name);
      }
    }
  }
  const tokens = tokenize(args, options);
  const values: any = plain();
  const positionals: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind === "option") {
      if (strict) check({ options, allowPositionals, allowNegative }, token);
      let name = token.name!;
      let value: any = token.value ?? true;
      if (name === "__proto__") continue;
      if (allowNegative && token.value === undefined && StringPrototypeStartsWith(name, "no-")) {
        name = token.name = StringPrototypeSlice(name, 3);
        value = false;
      }
      if (hasOwn(options, name) && options[name].multiple) {
        values[name] ??= [];
        ArrayPrototypePush(values[name], value);
      } else values[name] = value;
    } else if (token.kind === "positional") {
      if (!allowPositionals) throw coded(TypeError_, "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL", `Unexpected argument '${token.value}'. This command does not take positional arguments`);
      ArrayPrototypePush(positionals, token.value);
    }
  }
  for (let i = 0; i < names.length; i++) if (values[names[i]!] === undefined && options[names[i]!].default !== undefined) values[names[i]!] = options[names[i]!].default;
  return returnTokens ? { values, positionals, tokens } : { values, positionals };
}
