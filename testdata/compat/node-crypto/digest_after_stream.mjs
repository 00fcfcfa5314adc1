// A hash that was a stream's destination still gives its digest, once.
import { createHash, createHmac } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const hash = createHash("sha256");
await pipeline(Readable.from([Buffer.from("hel"), Buffer.from("lo")]), hash);
console.log(hash.digest("hex"));
try {
  hash.digest();
} catch (e) {
  console.log(e.code);
}

const read = createHash("md5");
read.end("hello");
for await (const chunk of read) {
  console.log(chunk.toString("hex"));
  chunk.fill(0); // it is a copy
}
console.log(read.digest("hex"));

const hmac = createHmac("sha1", "key");
hmac.end("hello");
for await (const chunk of hmac) console.log(chunk.toString("hex"));
console.log(JSON.stringify(hmac.digest("hex")));

const finished = createHash("sha1").update("hello");
console.log(finished.digest("base64"));
finished.on("error", (e) => console.log(e.code));
