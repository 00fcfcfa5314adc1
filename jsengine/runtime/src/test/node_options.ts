// What node:test's run() and the command `node --test` are given.

import { ArrayIsArray, ArrayPrototypePush, RegExpPrototypeExec, RegExp_ } from "../primordials.ts";
import { invalidArgType, invalidArgValue, validateAbortSignal, validateBoolean, validateFunction, validateInteger, validateNumber, validateObject } from "../node/errors.ts";
import { refuse } from "../node/unavailable.ts";

export interface Config {
  only: boolean;
  patterns: any[];
  timeout: number;
}

// Run is a Config and which files are to run: part of all, if it is a shard, until signal aborts.
export interface Run extends Config {
  files: any;
  setup: any;
  signal: any;
  part(files: string[]): string[];
}

export const longest = 2147483647; // of timeouts, in milliseconds

function patternsOf(v: any): any[] {
  const list = v === undefined || v === null ? [] : ArrayIsArray(v) ? v : [v], out: any[] = [];
  for (let i = 0; i < list.length; i++) {
    const p = list[i], name = `options.testNamePatterns[${i}]`;
    if (p !== null && typeof p === "object" && host.classOf(p) === "RegExp") {
      ArrayPrototypePush(out, p);
      continue;
    }
    if (typeof p !== "string") throw invalidArgType(name, ["string", "RegExp"], p);
    const m = RegExpPrototypeExec(/^\/(.*)\/([a-z]*)$/s, p);
    try {
      ArrayPrototypePush(out, m === null ? new RegExp_(p) : new RegExp_(m[1], m[2]));
    } catch (e) {
      throw invalidArgValue(name, p, `is an invalid regular expression. ${(e as Error).message}`);
    }
  }
  return out;
}

export function checkConcurrency(c: unknown): void {
  if (c === undefined || c === null || typeof c === "boolean") return;
  if (typeof c !== "number") throw invalidArgType("options.concurrency", ["boolean", "number"], c);
  validateInteger(c, "options.concurrency", 1, 4294967295);
}

// runOptions reads the options of run(); its errors are Node's.
export function runOptions(options: any): Run {
  if (options === null || typeof options !== "object") options = {};
  const { testNamePatterns, timeout, watch, only, signal, concurrency, files, setup, forceExit } = options;
  let { shard } = options;
  const given = (v: unknown): boolean => v !== undefined && v !== null;
  if (given(files) && !ArrayIsArray(files)) throw invalidArgType("options.files", "Array", files);
  if (given(watch)) validateBoolean(watch, "options.watch");
  if (given(forceExit)) validateBoolean(forceExit, "options.forceExit");
  if (given(only)) validateBoolean(only, "options.only");
  if (given(shard)) {
    validateObject(shard, "options.shard");
    shard = { index: shard.index, total: shard.total };
    validateInteger(shard.total, "options.shard.total", 1);
    validateInteger(shard.index, "options.shard.index", 1, shard.total);
    if (watch) throw invalidArgValue("options.shard", watch, "shards not supported with watch mode");
  }
  if (given(setup)) validateFunction(setup, "options.setup");
  const patterns = patternsOf(testNamePatterns);
  if (given(timeout) && timeout !== Infinity) validateNumber(timeout, "options.timeout", 0, longest);
  checkConcurrency(concurrency);
  if (signal !== undefined) validateAbortSignal(signal, "options.signal");
  if (watch) refuse("watch mode of node:test", "files change only while a program runs: run the tests again");
  return {
    only: !!only,
    patterns,
    timeout: timeout ?? Infinity,
    files,
    setup,
    signal,
    part(all: string[]): string[] {
      if (!given(shard)) return all;
      const out: string[] = [];
      for (let i = shard.index - 1; i < all.length; i += shard.total) ArrayPrototypePush(out, all[i]!);
      return out;
    },
  };
}

// shardOf reads --test-shard=INDEX/TOTAL.
export function shardOf(text: string): { index: number; total: number } {
  const m = RegExpPrototypeExec(/^(\d+)\/(\d+)$/, text);
  if (m === null) throw invalidArgValue("--test-shard", text, "must be in the form of <index>/<total>");
  return { index: +m[1]!, total: +m[2]! };
}
