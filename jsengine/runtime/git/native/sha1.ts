// What the library takes sha.js for, by the host's SHA-1.
import { createHash, type Hash } from "node:crypto";

export default class Sha1 {
  private readonly hash: Hash = createHash("sha1");

  update(data: Uint8Array | string) {
    this.hash.update(data);
    return this;
  }

  digest(encoding: "hex") {
    return this.hash.digest(encoding);
  }
}
