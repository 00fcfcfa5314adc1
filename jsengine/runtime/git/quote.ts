const ESCAPES: Record<number, string> = { 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\" };

/** unquoted reads what quote wrote. */
export function unquoted(name: string): string {
  if (!/^".*"$/s.test(name)) return name;
  const codes: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };
  return Buffer.from(Buffer.from(name.slice(1, -1)).toString("latin1").replace(/\\([0-7]{3}|.)/gs, (_, c: string) => String.fromCharCode(c.length === 3 ? Number.parseInt(c, 8) & 0xff : (codes[c] ?? c.charCodeAt(0)))), "latin1").toString();
}

/** Quoting is how names are quoted: ascii also those with other letters, unless core.quotePath is false. */
export const quoting = { ascii: true };

/** quote writes a name as C does, if it has characters that need it. */
export function quote(name: string): string {
  if (!(quoting.ascii ? /[\x00-\x1f"\\\x7f-\uffff]/ : /[\x00-\x1f"\\\x7f]/).test(name)) return name;
  if (!quoting.ascii) return `"${name.replace(/[\x00-\x1f"\\\x7f]/g, (c) => ESCAPES[c.charCodeAt(0)] ?? `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`)}"`;
  let out = "";
  for (const b of Buffer.from(name)) out += ESCAPES[b] ?? (b < 0x20 || b > 0x7e ? `\\${b.toString(8).padStart(3, "0")}` : String.fromCharCode(b));
  return `"${out}"`;
}
