const t = async (n, f) => { let s; try { s = await f(); } catch (e) { s = `! ${e?.name} ${e?.code ?? ""} ${e?.message}`; } console.log(n, s); };
// run: node snapshot-reporters.mjs
import reporters, { tap, spec, dot } from 'node:test/reporters'; import { Readable } from 'node:stream'; import { run } from 'node:test'; import fs from 'node:fs';
await t('keys', () => Object.keys(reporters).sort().join());
const at = { line: 1, column: 1, file: '/f.js' };
const events = [{ type: 'test:start', data: { name: 'a', nesting: 0, ...at } }, { type: 'test:pass', data: { name: 'a', nesting: 0, testNumber: 1, details: { duration_ms: 1 }, ...at } }, { type: 'test:fail', data: { name: 'b', nesting: 0, testNumber: 2, details: { duration_ms: 2, error: Object.assign(new Error('wrapped', { cause: 'why' }), { code: 'ERR_TEST_FAILURE', failureType: 'testCodeFailure' }) }, ...at } }, { type: 'test:pass', data: { name: 'c', nesting: 0, testNumber: 3, skip: 'later', details: { duration_ms: 0 }, ...at } }, { type: 'test:pass', data: { name: 'd', nesting: 0, testNumber: 4, todo: true, details: { duration_ms: 0 }, ...at } }, { type: 'test:diagnostic', data: { message: 'tests 4', nesting: 0, ...at } }, { type: 'test:plan', data: { count: 4, nesting: 0, ...at } }];
const text = async (r) => { let s = ''; for await (const x of r) s += x; return s; };
await t('tap', async () => (await text(tap(Readable.from(events)))).split('\n').filter((l) => !/stack|at |location/.test(l)).join('\n'));
await t('dot', async () => JSON.stringify((await text(dot(Readable.from(events.slice(0, 4))))).split('\n')[0]));
await t('junit', async () => typeof reporters.junit);
await t('spec', async () => typeof spec);
fs.writeFileSync('x.test.mjs', 'import test from "node:test"; test("one", () => {}); test("two", (t) => { t.diagnostic("hello"); t.skip("why"); }); test("three", { todo: true }, () => {});');
await t('run', async () => { const l = []; const s = run({ files: ['x.test.mjs'] }); s.on('test:pass', (d) => l.push(['pass', d.name, d.skip, d.todo])).on('test:fail', (d) => l.push(['fail', d.name])).on('test:diagnostic', (d) => { if (!/duration/.test(d.message)) l.push(d.message); }); for await (const _ of s); return l; });
await t('run bad', () => run({ files: 1 }));
await t('run bad timeout', () => run({ timeout: 'x' }));
