// /dev/null is a device: empty, and it takes everything.
import fs from 'node:fs';
import os from 'node:os';
import { pipeline } from 'node:stream/promises';
const show = (label, f) => { try { console.log(label, f()); } catch (e) { console.log(label, e.code, e.syscall); } };
show('read', () => fs.readFileSync('/dev/null', 'utf8').length);
show('write', () => fs.writeFileSync('/dev/null', 'x'));
show('append', () => fs.appendFileSync('/dev/null', 'x'));
show('descriptor', () => {
  const d = fs.openSync(os.devNull, 'r+');
  const r = [fs.writeSync(d, 'abc'), fs.readSync(d, Buffer.alloc(4)), fs.fstatSync(d).isCharacterDevice(), fs.fstatSync(d).size];
  fs.closeSync(d);
  return r;
});
show('wx', () => fs.openSync('/dev/null', 'wx'));
show('exists', () => fs.existsSync('/dev/null'));
show('stat', () => { const s = fs.statSync('/dev/null'); return [s.isFile(), s.isDirectory(), s.isCharacterDevice(), (s.mode & 0o777).toString(8), s.size]; });
show('access', () => fs.accessSync('/dev/null', fs.constants.W_OK | fs.constants.R_OK));
show('truncate', () => fs.truncateSync('/dev/null', 0));
show('large', () => { const d = fs.openSync('/dev/null', 'w'); const n = fs.writeSync(d, Buffer.alloc(3 << 20)); fs.closeSync(d); return n; });
show('copy from', () => { fs.copyFileSync('/dev/null', 'empty'); return fs.statSync('empty').size; });
await pipeline(fs.createReadStream('/dev/null'), fs.createWriteStream('/dev/null'));
await fs.promises.writeFile('/dev/null', 'x'.repeat(100000));
const out = fs.createWriteStream('/dev/null');
out.end('some');
await new Promise((done) => out.on('close', done));
console.log(out.bytesWritten, await fs.promises.readFile('/dev/null', 'utf8'));
