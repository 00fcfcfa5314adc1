// Names of the Web platform's types that the library "esnext" lacks.

type BufferSource = ArrayBufferLike | ArrayBufferView;

// Node's streams, from npm; bundle.go gives them what they import (node/stream_deps.ts).
declare module "readable-stream/lib/stream.js" {
  const stream: any;
  export default stream;
}

// What readable-stream's imports of other files become: a variable of the bundle's own.
declare let streamDeps: Record<string, any>;

// Temporal, from npm; temporal.go gives it what it finds out about time zones (intl/temporal_deps.ts).
declare module "temporal-polyfill/full/implementation" {
  export const Temporal: any;
  export const DateTimeFormat: any; // Intl's, which formats Temporal objects as well
  export const toTemporalInstant: any;
  export function slotsOf(v: any): [kind: string, slots: object] | undefined; // undefined: no Temporal object
}

declare let temporalDeps: any;
