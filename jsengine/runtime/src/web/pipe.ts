// The pipe from a readable stream into a writable one.

import { PromiseReject, PromiseResolve, TypeError_, own, then } from "../primordials.ts";
import { coded } from "../node/errors.ts";
import { deferred, when, invalidState } from "./stream_base.ts";
import { Readable, read, cancelReadable, acquire, release } from "./readable_state.ts";
import { Writable, closing, abortWritable, closeWritable, acquireWriter, releaseWriter, writeChunk } from "./writable.ts";

export function pipe(source: Readable, dest: Writable, options: any): Promise<void> {
  // The members of a dictionary are read in the order of their names.
  const preventAbort = !!options?.preventAbort, preventCancel = !!options?.preventCancel, preventClose = !!options?.preventClose;
  const signal = options?.signal;
  if (signal !== undefined && (signal === null || typeof signal !== "object" || !("aborted" in signal))) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "options.signal" property must be an instance of AbortSignal');
  const r = acquire(source), w = acquireWriter(dest);
  source.disturbed = true;
  const d = deferred();
  let over = false;
  let last: Promise<any> = PromiseResolve(undefined);
  let onAbort: (() => void) | undefined;

  const finish = (failed: boolean, error?: any): void => {
    releaseWriter(w);
    release(r);
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
    if (failed) d.reject(error);
    else d.resolve(undefined);
  };
  // shutdown waits for the writes that are under way, acts, and ends the pipe.
  const shutdown = (action: (() => Promise<any>) | undefined, failed: boolean, error?: any): void => {
    if (over) return;
    over = true;
    const go = (): void => {
      if (action === undefined) return finish(failed, error);
      when(action(), () => finish(failed, error), (e) => finish(true, e));
    };
    if (dest.state === "writable" && !closing(dest)) when(last, go, go);
    else go();
  };
  const sourceErrored = (e: any): void => shutdown(preventAbort ? undefined : () => abortWritable(dest, e), true, e);
  const sourceClosed = (): void => shutdown(preventClose ? undefined : () => (closing(dest) || dest.state === "closed" ? PromiseResolve(undefined) : dest.state === "errored" ? PromiseReject(dest.error) : closeWritable(dest)), false);
  const destErrored = (e: any): void => shutdown(preventCancel ? undefined : () => cancelReadable(source, e), true, e);
  const destClosed = (): void => {
    const e = invalidState("Destination WritableStream is closed");
    shutdown(preventCancel ? undefined : () => cancelReadable(source, e), true, e);
  };

  if (signal !== undefined) {
    onAbort = () => {
      const reason = signal.reason;
      shutdown(
        async () => {
          let bad = false, err: any;
          const a = !preventAbort && dest.state === "writable" ? abortWritable(dest, reason) : undefined;
          const b = !preventCancel && source.state === "readable" ? cancelReadable(source, reason) : undefined;
          if (a !== undefined) await then(a, () => {}, (e) => { bad = true; err = e; });
          if (b !== undefined) await then(b, () => {}, (e) => { if (!bad) { bad = true; err = e; } });
          if (bad) throw err;
        },
        true,
        reason,
      );
    };
    if (signal.aborted) {
      onAbort();
      return d.promise;
    }
    signal.addEventListener("abort", onAbort);
  }

  when(r.closed.promise, sourceClosed, sourceErrored);
  when(w.closed.promise, destClosed, destErrored);
  if (source.state === "errored") sourceErrored(source.error);
  else if (dest.state === "errored" || dest.state === "erroring") destErrored(dest.error);
  else if (source.state === "closed") sourceClosed();
  else if (closing(dest) || dest.state === "closed") destClosed();

  const step = (): void => {
    if (over) return;
    read(r, {
      chunk(v) {
        // One turn later, as a reader's promise would be: a chunk is written outside of enqueue().
        last = writeLater(v);
        host.markHandled(last);
      },
      close() {},
      error() {},
    });
  };
  const writeLater = async (v: any): Promise<any> => {
    await undefined;
    if (w.stream === undefined) return;
    const p = writeChunk(w, v);
    host.markHandled(p);
    when(w.ready.promise, step, () => {});
    return await own(p);
  };
  when(w.ready.promise, step, () => {});
  return d.promise;
}
