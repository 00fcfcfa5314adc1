// Bytes to text and back, over ranges of a Uint8Array.

import { StringPrototypeCodePointAt, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength, Uint8Array_ } from "../primordials.ts";

function range(b: Uint8Array, start: number, end: number): Uint8Array {
  if (start === 0 && end === TypedArrayPrototypeGetLength(b)) return b;
  return new Uint8Array_(TypedArrayPrototypeGetBuffer(b), TypedArrayPrototypeGetByteOffset(b) + start, end - start);
}

export function utf8Encode(s: string): Uint8Array {
  return host.utf8Encode(s);
}

export function utf8Length(s: string): number {
  return host.utf8Length(s);
}

// utf8Decode keeps a byte order mark, as Buffer's toString does.
export function utf8Decode(b: Uint8Array, start: number, end: number): string {
  return host.utf8Decode(range(b, start, end), false, true);
}

export function isUtf8(b: Uint8Array): boolean {
  try {
    host.utf8Decode(b, true, true);
    return true;
  } catch {
    return false;
  }
}

export function utf16Encode(s: string): Uint8Array {
  return host.utf16leEncode(s);
}

export function utf16Decode(b: Uint8Array, start: number, end: number): string {
  return host.utf16leDecode(range(b, start, end));
}

export function latin1Encode(s: string): Uint8Array {
  return host.latin1Encode(s);
}

export function latin1Decode(b: Uint8Array, start: number, end: number): string {
  return host.latin1Decode(range(b, start, end));
}

export function asciiDecode(b: Uint8Array, start: number, end: number): string {
  const out = new Uint8Array_(end - start);
  for (let i = start; i < end; i++) out[i - start] = b[i]! & 127;
  return host.latin1Decode(out);
}

export function base64Encode(b: Uint8Array, start: number, end: number, url: boolean): string {
  return host.base64Encode(range(b, start, end), url);
}

export function base64Decode(s: string): Uint8Array {
  return host.base64Decode(s);
}

export function hexEncode(b: Uint8Array, start: number, end: number): string {
  return host.hexEncode(range(b, start, end));
}

export function hexDecode(s: string): Uint8Array {
  return host.hexDecode(s);
}

// compare orders two byte strings: -1, 0 or 1.
export function compare(a: Uint8Array, b: Uint8Array): number {
  return host.compareBytes(a, b);
}

export function codePoint(s: string, i: number): number {
  return StringPrototypeCodePointAt(s, i);
}
