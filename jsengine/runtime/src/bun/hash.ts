// Bun.hash: hashes that are not cryptographic, computed by the host.

import { BigIntAsUintN, BigInt_, MathTrunc, NumberIsFinite, setOwn } from "../primordials.ts";
import { OP } from "buntime:ops";
import { named } from "../globals.ts";
import { badInput, inputBytes } from "./input.ts";

const names = ["wyhash", "adler32", "crc32", "cityHash32", "cityHash64", "xxHash32", "xxHash64", "xxHash3", "murmur32v2", "murmur32v3", "murmur64v2", "rapidhash"];

// seedOf is a seed as 64 bits: of a bigint or a number, 0 of anything else.
function seedOf(v: any): bigint {
  if (typeof v === "bigint") return BigIntAsUintN(64, v);
  if (typeof v !== "number" || !NumberIsFinite(v)) return 0n;
  return BigIntAsUintN(64, BigInt_(MathTrunc(v)));
}

function hashWith(name: string, data: any, seed: any): number | bigint {
  let b = inputBytes(data);
  if (b === undefined) {
    if (data === undefined || data === null || typeof data === "symbol") throw badInput("data must be a string, ArrayBuffer, ArrayBufferView or Blob");
    b = host.utf8Encode(`${data}`);
  }
  return host.sync(OP["bun.hash"]!, name, b, seedOf(seed));
}

export const hash: any = named((data?: any, seed?: any) => hashWith("wyhash", data, seed), "hash", 1);
for (let i = 0; i < names.length; i++) {
  const name = names[i]!;
  setOwn(hash, name, named((data?: any, seed?: any) => hashWith(name, data, seed), name, 1));
}
