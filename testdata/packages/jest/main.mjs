// The command, on a file with a test that fails, mocks, snapshots and false timers.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
writeFileSync('sum.js', 'module.exports = (a, b) => a + b;\n');
writeFileSync('sum.test.js', `const sum = require('./sum');
jest.mock('./dep', () => ({ x: jest.fn(() => 42) }), { virtual: true });
test('adds', () => expect(sum(1, 2)).toBe(3));
test('fails', () => {
  expect({ a: [1, 2] }).toEqual({ a: [1, 3] });
});
test('mocks', () => expect(require('./dep').x()).toBe(42));
test('snapshots', () => expect({ a: 1 }).toMatchInlineSnapshot(\`
{
  "a": 1,
}
\`));
describe('time', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  test('passes', () => {
    const f = jest.fn();
    setTimeout(f, 1000);
    jest.advanceTimersByTime(1000);
    expect(f).toHaveBeenCalledTimes(1);
  });
});
test.each([[1, 1], [2, 4]])('%i squared', async (a, b) => {
  await null;
  expect(a ** 2).toBe(b);
});
test.skip('later', () => {});
`);
const run = spawnSync('npx', ['jest', '--ci', '--json', '--coverage'], { encoding: 'utf8' });
const report = JSON.parse(run.stdout.slice(run.stdout.indexOf('{"')));
console.log(run.status, report.numPassedTests, report.numFailedTests, report.numPendingTests, report.snapshot.matched);
for (const t of report.testResults[0].assertionResults) console.log(t.status, t.fullName, t.failureMessages.map((m) => m.split('\n    at ')[0]).join());
console.log(report.testResults[0].message.split('\n').filter((line) => /^\s+(>?\s*\d*\s*\||- |\+ )/.test(line)).join('\n'));
console.log(Object.values(report.coverageMap)[0].s);
