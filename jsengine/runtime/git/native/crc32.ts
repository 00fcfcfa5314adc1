// What the library takes crc-32 for, by the host's.
import * as zlib from "node:zlib";

const { crc32 } = zlib as unknown as { crc32(data: Uint8Array): number };

export default { buf: (data: Uint8Array) => crc32(data) };
