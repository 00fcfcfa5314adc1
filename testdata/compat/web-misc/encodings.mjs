// TextDecoder: the encodings of old, whole and byte by byte, their labels, and what is malformed.
const t = (label, fn) => { try { console.log(label, fn()); } catch (e) { console.log(label, e?.name, e?.code); } };
const samples = {
  shift_jis: '93fa967b8cea83658358836781b142', 'euc-jp': 'c6fccbdcb8ecc6c8a5b9a5c88eb1', 'iso-2022-jp': '1b2442467c4b5c386c1b2842616263', gbk: 'd6d0cec4b2e2cad48130', gb18030: 'd6d0cec48130813095328236',
  big5: 'a4a4a4e5b4fab8d5', 'euc-kr': 'c7d1b1b9beee41', 'koi8-r': 'f0d2c9d7c5d4', 'koi8-u': 'f0d2c9d7a6d4', 'windows-1251': 'cff0e8e2e5f2', 'windows-1250': 'e1e8ef9ae5', 'windows-1253': 'e3e5e9e1', 'windows-1254': 'fdfed0', 'windows-1255': 'f9ece5ed',
  'windows-1256': 'e3d1cdc8c7', 'windows-1257': 'e0e8f0', 'windows-1258': 'd5f0', 'windows-874': 'cac7d1cab4d5', 'iso-8859-2': 'b1e6eaf3', 'iso-8859-3': 'a1a6b1', 'iso-8859-4': 'a1b1bf', 'iso-8859-5': 'bfe0d8d2d5e2', 'iso-8859-6': 'c7e4d9', 'iso-8859-7': 'e3e5e9e1',
  'iso-8859-8': 'f9ece5ed', 'iso-8859-10': 'a1b1', 'iso-8859-13': 'c0e8', 'iso-8859-14': 'a1b0', 'iso-8859-15': 'a4a6a8', ibm866: '8fe0a8a2a5e2', macintosh: '8ea5db', 'x-mac-cyrillic': '8ff0e8e2e5f2',
};
for (const [name, hex] of Object.entries(samples)) {
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  t(name, () => {
    const d = new TextDecoder(name);
    let pieces = '';
    for (let i = 0; i < bytes.length; i++) pieces += d.decode(bytes.subarray(i, i + 1), { stream: true });
    pieces += d.decode();
    const whole = d.decode(bytes);
    return [d.encoding, whole, pieces === whole];
  });
}
for (const label of ['sjis', 'x-sjis', 'ms_kanji', 'windows-31j', 'ujis', 'gb2312', 'chinese', 'big5-hkscs', 'cn-big5', 'ks_c_5601-1987', 'korean', 'cp1251', 'x-cp1251', 'cyrillic', 'greek', 'hebrew', 'logical', 'arabic', 'latin2', 'l9', 'mac', 'cp866', 'dos-874', 'tis-620', ' \tSHIFT_JIS\n']) t(JSON.stringify(label), () => new TextDecoder(label).encoding);
for (const label of ['replacement', 'utf-7', '\u00a0utf-8', 'utf-8\0', 'cp437', '']) t(JSON.stringify(label), () => new TextDecoder(label).encoding);
t('half a character', () => new TextDecoder('shift_jis').decode(new Uint8Array([0x93])));
t('half a character, fatal', () => new TextDecoder('shift_jis', { fatal: true }).decode(new Uint8Array([0x93])));
t('half a character, fatal, more to come', () => { const d = new TextDecoder('shift_jis', { fatal: true }); return d.decode(new Uint8Array([0x93]), { stream: true }) + d.decode(new Uint8Array([0xfa])); });
t('much', () => { const d = new TextDecoder('euc-kr'), b = new Uint8Array(300001).fill(0xc7); for (let i = 1; i < b.length; i += 2) b[i] = 0xd1; return new Set(d.decode(b.subarray(0, 300000))).size; });
