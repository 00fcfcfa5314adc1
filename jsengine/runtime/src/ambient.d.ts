// Names of the Web platform's types that the library "esnext" lacks.

type BufferSource = ArrayBufferLike | ArrayBufferView;

// Node's streams, from npm; bundle.go gives them what they import (node/stream_deps.ts).
declare module "readable-stream/lib/stream.js" {
  const stream: any;
  export default stream;
}

// What readable-stream's imports of other files become: a variable of the bundle's own.
declare let streamDeps: Record<string, any>;
