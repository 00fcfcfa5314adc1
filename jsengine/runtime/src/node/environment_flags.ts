// process.allowedNodeEnvironmentFlags: the options that Node 20 takes from NODE_OPTIONS.

import { ArrayPrototypePush, ObjectFreeze, Set_, StringPrototypeReplace, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith } from "../primordials.ts";

// Names without their dashes; "!" marks those that have a --no- form as well.
const names =
  "!watch-preserve-output heapsnapshot-near-heap-limit disable-warning heapsnapshot-signal !force-async-hooks-checks diagnostic-dir expose-gc " +
  "experimental-wasi-unstable-preview1 !experimental-vm-modules !deprecation !tls-min-v1.0 !allow-wasi inspect-port !experimental-fetch http-parser experimental-loader " +
  "!enable-source-maps input-type jitless !experimental-require-module !experimental-network-imports !inspect !experimental-global-webcrypto experimental-policy " +
  "!track-heap-objects !experimental-detect-module policy-integrity !trace-atomics-wait !allow-addons !verify-base-objects allow-fs-read experimental-report " +
  "experimental-modules experimental-abortcontroller !watch experimental-default-type !trace-deprecation disallow-code-generation-from-strings title !throw-deprecation " +
  "!insecure-http-parser !force-node-api-uncaught-exceptions-policy node-memory-debug experimental-specifier-resolution !addons !warnings !tls-min-v1.1 !pending-deprecation " +
  "!tls-min-v1.2 !preserve-symlinks-main allow-fs-write !global-search-paths !experimental-global-customevent import !trace-sigint experimental-json-modules " +
  "!openssl-shared-config conditions heap-prof-interval disable-proto !zero-fill-buffers experimental-worker test-shard !use-bundled-ca experimental-top-level-await " +
  "!openssl-legacy-provider v8-pool-size !force-fips !experimental-shadow-realm !preserve-symlinks secure-heap-min abort-on-uncaught-exception trace-event-categories " +
  "network-family-autoselection-attempt-timeout report-dir !disable-wasm-trap-handler unhandled-rejections snapshot-blob !report-exclude-network !experimental-websocket " +
  "!tls-min-v1.3 !enable-fips !report-on-fatalerror huge-max-old-generation-size !node-snapshot icu-data-dir report-filename !experimental-permission " +
  "interpreted-frames-native-stack tls-cipher-list watch-path !experimental-wasm-modules !use-openssl-ca use-largepages !experimental-eventsource test-reporter secure-heap " +
  "require napi-modules tls-keylog !extra-info-on-fatal-exception stack-trace-limit openssl-config !trace-uncaught !experimental-repl-await !trace-warnings !trace-tls " +
  "!tls-max-v1.2 perf-basic-prof-only-functions !experimental-print-required-tla !report-compact !debug-arraybuffer-allocations !trace-sync-io !force-context-aware " +
  "max-semi-space-size perf-prof-unwinding-info !allow-child-process trace-event-file-pattern test-reporter-destination heap-prof-dir !allow-worker report-signal " +
  "dns-result-order !test-only !network-family-autoselection !report-uncaught-exception enable-etw-stack-walking perf-basic-prof max-old-space-size !inspect-wait perf-prof " +
  "!trace-exit heap-prof-name !frozen-intrinsics !inspect-brk inspect-publish-uid !tls-max-v1.3 redirect-warnings max-http-header-size !heap-prof !report-on-signal " +
  "!trace-promises trace-require-module !experimental-import-meta-resolve debug-port -C enable-network-family-autoselection prof-process loader -r trace-events-enabled " +
  "es-module-specifier-resolution report-directory";

class NodeEnvironmentFlagsSet extends Set_<string> {
  constructor(flags: string[]) {
    super();
    for (let i = 0; i < flags.length; i++) super.add(flags[i]!);
    ObjectFreeze(this);
  }
  override add(): this {
    return this;
  }
  override delete(): boolean {
    return false;
  }
  override clear(): void {}
  // has takes underscores for dashes, and names without their dashes; what follows "=" does not count.
  override has(flag: unknown): boolean {
    if (typeof flag !== "string") return false;
    const name: string = StringPrototypeReplace(flag, /_/g, "-");
    if (!StringPrototypeStartsWith(name, "-")) return super.has(`--${name}`) || super.has(`-${name}`);
    return super.has(StringPrototypeReplace(name, /=.*$/, ""));
  }
}

// environmentFlags makes the set.
export function environmentFlags(): Set<string> {
  const words: string[] = StringPrototypeSplit(names, " ");
  const flags: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const w = words[i]!;
    if (StringPrototypeStartsWith(w, "!")) {
      ArrayPrototypePush(flags, `--${StringPrototypeSlice(w, 1)}`);
      ArrayPrototypePush(flags, `--no-${StringPrototypeSlice(w, 1)}`);
    } else ArrayPrototypePush(flags, StringPrototypeStartsWith(w, "-") ? w : `--${w}`);
  }
  return new NodeEnvironmentFlagsSet(flags);
}
