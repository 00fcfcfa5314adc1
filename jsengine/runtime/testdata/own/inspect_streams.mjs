// A stream can be printed: its buffer asks for itself without its own way to be printed.
import net from "node:net";
import { Duplex, Readable } from "node:stream";
import { inspect } from "node:util";
const queue = new Readable({ read() {} });
queue.push("ab");
for (const s of [new net.Socket(), new Duplex(), queue]) console.log(inspect(s).split(" ")[0], Bun.inspect(s).includes("_readableState"));
