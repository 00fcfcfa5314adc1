/**
 * decode reads bytes as UTF-8. Each byte that is none becomes a surrogate on its own,
 * so that encode gives back what was there: files are in other encodings, too.
 */
export function decode(data: Buffer): string {
  const text = data.toString();
  if (!text.includes("\ufffd") || Buffer.from(text).equals(data)) return text;
  return data.toString("latin1").replace(/[\x80-\xff]+/g, (run) => {
    const bytes = Buffer.from(run, "latin1");
    let out = "";
    for (let at = 0; at < bytes.length; ) {
      const first = bytes[at]!;
      const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
      const one = bytes.subarray(at, at + length);
      const char = one.toString();
      if (Buffer.from(char).equals(one)) {
        out += char;
        at += length;
      } else {
        out += String.fromCharCode(0xdc00 + first);
        at++;
      }
    }
    return out;
  });
}

const BYTES = /(?<![\ud800-\udbff])([\udc80-\udcff]+)/;

/** encode writes a text that decode read. */
export function encode(text: string): Buffer {
  if (!BYTES.test(text)) return Buffer.from(text);
  // Every other part is bytes.
  return Buffer.concat(text.split(BYTES).map((part, i) => (i % 2 === 0 ? Buffer.from(part) : Buffer.from(Array.from(part, (c) => c.charCodeAt(0) - 0xdc00)))));
}
