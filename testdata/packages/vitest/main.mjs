// The command, on TypeScript.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
writeFileSync('sum.ts', 'export const sum = (a: number, b: number): number => a + b;\n');
writeFileSync('sum.test.ts', `import { describe, expect, it, test, vi } from 'vitest';
import { sum } from './sum';
test('adds', () => expect(sum(1, 2)).toBe(3));
test('fails', () => {
  expect({ a: 1 }).toEqual({ a: 2 });
});
describe('doubles', () => {
  it('are called', () => {
    const f = vi.fn((x: number) => x * 2);
    expect(f(2)).toBe(4);
    expect(f).toHaveBeenCalledWith(2);
  });
  it.skip('are not yet', () => {});
});
`);
const run = spawnSync('npx', ['vitest', 'run', '--reporter=json'], { encoding: 'utf8' });
const report = JSON.parse(run.stdout.slice(run.stdout.indexOf('{"')));
console.log(run.status, report.numPassedTests, report.numFailedTests, report.numPendingTests);
for (const t of report.testResults[0].assertionResults) console.log(t.status, t.fullName, t.failureMessages.map((m) => m.split('\n')[0]).join());
