// Bun.password, computed by the host: what it costs is paid in fuel, and its memory is bounded.

import { NumberIsInteger, TypedArrayPrototypeGetLength, own } from "../primordials.ts";
import { OP } from "buntime:ops";
import { badInput, inputBytes } from "./input.ts";

const algorithms = '"bcrypt", "argon2id", "argon2d", "argon2i" (default is "argon2id")';

function known(name: any): boolean {
  return name === "bcrypt" || name === "argon2id" || name === "argon2d" || name === "argon2i";
}

function secret(v: any, name: string): Uint8Array {
  if (v === undefined || v === null || typeof v === "symbol") throw badInput(`${name} must be a string, ArrayBuffer or ArrayBufferView`);
  return inputBytes(v, false) ?? host.utf8Encode(`${v}`);
}

function whole(v: any, name: string, dflt: number, min: number, max: number, low: string, range: string): number {
  if (v === undefined) return dflt;
  if (typeof v !== "number") throw badInput(`Expected ${name} to be a number for 'hash'.`);
  if (v < min) throw badInput(low);
  if (!NumberIsInteger(v) || v > max) throw badInput(range);
  return v;
}

// request is what the host is asked for a hash: the password, the algorithm, its cost and its memory.
function request(password: any, options: any): any[] {
  const bytes = secret(password, "password");
  if (TypedArrayPrototypeGetLength(bytes) === 0) throw badInput("password must not be empty");
  let name: any = options ?? "argon2id";
  let cost: any, memory: any, passes: any;
  if (typeof name === "object") {
    if (typeof name.algorithm !== "string") throw badInput("Expected options.algorithm to be a string for 'hash'.");
    cost = name.cost;
    memory = name.memoryCost;
    passes = name.timeCost;
    name = name.algorithm;
  } else if (typeof name !== "string") throw badInput("PasswordHashOptions must be an object");
  if (!known(name)) throw badInput(`Expected algorithm to be a unknown algorithm, expected one of: ${algorithms} for 'hash'.`);
  const rounds = "Rounds must be an integer between 4 and 31";
  if (name === "bcrypt") return [bytes, name, whole(cost, "cost", 10, 4, 31, rounds, rounds), 0];
  const t = whole(passes, "timeCost", 2, 1, 4294967295, "Time cost must be greater than 0", "Time cost must be an integer between 1 and 4294967295");
  const m = whole(memory, "memoryCost", 65536, 8, 4294967295, "Memory cost must be at least 8", "Memory cost must be an integer between 8 and 4294967295");
  return [bytes, name, t, m];
}

// check is what the host is asked to verify; undefined: it is not the password.
function check(password: any, hash: any, algorithm: any): any[] | undefined {
  const bytes = secret(password, "password");
  const text = host.utf8Decode(secret(hash, "hash"));
  if (algorithm !== undefined && !known(algorithm)) throw badInput(`Expected algorithm to be a unknown algorithm, expected one of: ${algorithms} for 'verify'.`);
  return TypedArrayPrototypeGetLength(bytes) === 0 || text === "" ? undefined : [bytes, text];
}

export const password = {
  async hash(password: any, options?: any): Promise<string> {
    const r = request(password, options);
    return await own(host.async(OP["bun.passwordHashAsync"]!, r[0], r[1], r[2], r[3]));
  },
  hashSync(password: any, options?: any): string {
    const r = request(password, options);
    return host.sync(OP["bun.passwordHash"]!, r[0], r[1], r[2], r[3]);
  },
  async verify(password: any, hash: any, algorithm?: any): Promise<boolean> {
    const r = check(password, hash, algorithm);
    return r !== undefined && (await own(host.async(OP["bun.passwordVerifyAsync"]!, r[0], r[1])));
  },
  verifySync(password: any, hash: any, algorithm?: any): boolean {
    const r = check(password, hash, algorithm);
    return r !== undefined && host.sync(OP["bun.passwordVerify"]!, r[0], r[1]);
  },
};
