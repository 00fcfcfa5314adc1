// run: bash -c "node run-options.mjs; node --test --test-shard=1/2 --test-reporter=tap a.test.mjs b.test.mjs c.test.mjs | grep -v 'duration\|node:\|location\|type:'; node --test --test-shard=2/2 --test-reporter=tap a.test.mjs b.test.mjs c.test.mjs | grep -c 'Subtest: b'; node --test --test-shard=x a.test.mjs 2>&1 | grep -o 'The argument.*'; node --test --test-shard=3/2 a.test.mjs 2>&1 | grep -o 'The value.*'"
import { run } from 'node:test';
const t = (n, f) => { try { const r = f(); r.on?.('error', () => {}); console.log(n, 'ok'); r.destroy?.(); } catch (e) { console.log(n, '!', e.name, e.code, e.message); } };
t('options', () => run(1)); t('null', () => run(null));
t('files', () => run({ files: 'a' })); t('watch', () => run({ watch: 1, files: [] })); t('setup', () => run({ setup: 1, files: [] }));
t('shard', () => run({ shard: 1, files: [] })); t('shard total', () => run({ shard: { index: 1 }, files: [] })); t('shard 0', () => run({ shard: { index: 0, total: 2 }, files: [] })); t('shard 3', () => run({ shard: { index: 3, total: 2 }, files: [] })); t('shard watch', () => run({ shard: { index: 1, total: 2 }, watch: true, files: [] }));
t('patterns', () => run({ testNamePatterns: 1, files: [] })); t('patterns 1', () => run({ testNamePatterns: ['a', 2], files: [] })); try { run({ testNamePatterns: '/(/', files: [] }); } catch (e) { console.log('bad regexp', e.name, e.code); }
t('timeout', () => run({ timeout: 'x', files: [] })); t('timeout -1', () => run({ timeout: -1, files: [] })); t('timeout null', () => run({ timeout: null, files: [] }));
t('concurrency', () => run({ concurrency: 'x', files: [] })); t('concurrency 0', () => run({ concurrency: 0, files: [] })); t('signal', () => run({ signal: 1, files: [] })); t('forceExit', () => run({ forceExit: 1, files: [] })); t('only', () => run({ only: 1, files: [] })); t('inspectPort', () => run({ inspectPort: 'x', files: [] }));

import fs from 'node:fs'; import assert from 'node:assert';
for (const n of ['a', 'b', 'c']) fs.writeFileSync(`${n}.test.mjs`, `import test from 'node:test'; test('${n}', () => {});`);
const names = async (o) => { const l = []; for await (const e of run({ files: ['a.test.mjs', 'b.test.mjs', 'c.test.mjs'], ...o })) if (e.type === 'test:pass') l.push(e.data.name); return l; };
console.log('all', await names({})); console.log('1/2', await names({ shard: { index: 1, total: 2 } })); console.log('2/2', await names({ shard: { index: 2, total: 2 } })); console.log('3/3', await names({ shard: { index: 3, total: 3 } }));
console.log('patterns', await names({ testNamePatterns: ['b', /c/] }));
