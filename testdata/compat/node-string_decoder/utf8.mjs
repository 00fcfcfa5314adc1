import { StringDecoder } from 'node:string_decoder';
const h = x => Buffer.from(x, 'hex');
const feed = (enc, ...parts) => { const d = new StringDecoder(enc); return JSON.stringify([...parts.map(p => d.write(h(p))), d.end()]); };
console.log(feed('utf8', 'e2', '82', 'ac')); console.log(feed('utf8', 'e282', 'ac41')); console.log(feed('utf8', 'f0', '9f98', '80')); console.log(feed('utf8', 'f09f98', '80f0'));
console.log(feed('utf8', 'c3')); console.log(feed('utf8', 'c341')); console.log(feed('utf8', 'e2', '41')); console.log(feed('utf8', 'e28241')); console.log(feed('utf8', 'ff', '80', 'c0'));
console.log(feed('utf8', 'f0', '80')); console.log(feed('utf8', 'ed', 'a0', '80')); console.log(feed('utf8', 'f4908080')); console.log(feed('utf8', '', '41', '')); console.log(feed('utf8', 'efbbbf41'));
console.log(feed('utf8', 'c9b5a9', '41')); console.log(feed('utf8', 'e0', '80', '80')); console.log(feed('utf8', 'cb', '4141')); console.log(feed('utf8', 'f0', 'b8', '41'));
console.log(feed('utf8', 'cc', 'cc', '8c')); console.log(feed('utf8', 'cccc', '8c')); console.log(feed('utf8', 'f1f1', 'f2f2', 'f300'));
const d = new StringDecoder(); console.log(d.encoding, d.write(h('e2')), d.lastNeed, d.lastTotal, d.lastChar.length, d.end(), d.lastNeed);
console.log(JSON.stringify(d.end(h('e282'))), JSON.stringify(d.end(h('41'))), JSON.stringify(d.write(h('42'))));
const all = Buffer.from('aé€😀z'); for (let i = 0; i <= all.length; i++) { const x = new StringDecoder('utf8'); console.log(i, x.write(all.subarray(0, i)) + '|' + x.write(all.subarray(i)) + x.end()); }
