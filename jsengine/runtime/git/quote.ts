const ESCAPES: Record<number, string> = { 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\" };

/** quote writes a name as C does, if it has characters that need it. */
export function quote(name: string): string {
  if (!/[\x00-\x1f"\\\x7f-\uffff]/.test(name)) return name;
  let out = "";
  for (const b of Buffer.from(name)) out += ESCAPES[b] ?? (b < 0x20 || b > 0x7e ? `\\${b.toString(8).padStart(3, "0")}` : String.fromCharCode(b));
  return `"${out}"`;
}
