// transcode of what is malformed, and of bytes that are not ASCII.
import { Buffer, transcode } from "node:buffer";

const names = ["utf8", "latin1", "ascii", "utf16le"];
for (const from of names) {
  for (const to of names) {
    for (const hex of ["", "61e9", "ed", "c3a9", "6100c7dd62", "c7dd", "3dd800de", "f09f9880", "e282ac"]) {
      try {
        console.log(from, to, hex, transcode(Buffer.from(hex, "hex"), from, to).toString("hex"));
      } catch (e) {
        console.log(from, to, hex, e.name, e.code, e.errno, e.message);
      }
    }
  }
}
console.log(transcode(Buffer.alloc(0), "nope", "utf8"));
