// What the library takes pako for, by the host's zlib.
import { deflateSync, inflateSync } from "node:zlib";

/** Inflate finds where a stream ends that more follows on. */
class Inflate {
  result?: Uint8Array;
  err = 0;
  msg = "";
  readonly strm = { avail_in: 0 };
  private before: Uint8Array[] = [];

  push(chunk: Uint8Array) {
    const held = this.before.reduce((n, b) => n + b.length, 0);
    const whole = held > 0 ? Buffer.concat([...this.before, chunk]) : chunk;
    // An object is mostly small and the pack behind it large.
    for (let size = 4096; ; size *= 16) {
      try {
        const options = { info: true } as object;
        const { buffer, engine } = inflateSync(whole.subarray(0, size), options) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
        this.result = buffer;
        this.strm.avail_in = whole.length - engine.bytesWritten;
        return;
      } catch (e) {
        if ((e as NodeJS.ErrnoException).code === "Z_BUF_ERROR") {
          if (size < whole.length) continue;
          this.before.push(chunk);
          return;
        }
        this.err = 1;
        this.msg = (e as Error).message;
        return;
      }
    }
  }
}

export default { inflate: (data: Uint8Array) => inflateSync(data), deflate: (data: Uint8Array) => deflateSync(data), Inflate };
