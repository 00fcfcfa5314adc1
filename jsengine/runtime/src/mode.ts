// Whom a program was written for.

import { OP } from "buntime:ops";

let node: boolean | undefined;

// asNode reports whether the program runs as Node would, not as Bun would.
export function asNode(): boolean {
  return (node ??= host.sync(OP["process.node"]!) as boolean);
}
