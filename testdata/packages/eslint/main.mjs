// The command and the API, with a rule of the project's own and fixes.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { ESLint, Linter } from 'eslint';
writeFileSync('eslint.config.mjs', `export default [{
  rules: { 'no-unused-vars': 'error', 'prefer-const': 'warn', 'no-var': 'error', eqeqeq: 'error', 'own/no-foo': 'error' },
  plugins: { own: { rules: { 'no-foo': { create: (c) => ({ Identifier(n) { if (n.name === 'foo') c.report({ node: n, message: 'no foo' }); } }) } } } },
}];
`);
writeFileSync('a.js', 'var x = 1;\nlet y = 2;\nif (y == 2) { foo(y); }\n');
const run = spawnSync('npx', ['eslint', '--format', 'json', 'a.js'], { encoding: 'utf8' });
console.log(run.status, JSON.parse(run.stdout)[0].messages.map((m) => `${m.line}:${m.column} ${m.severity} ${m.ruleId}`).join('\n'));
console.log(spawnSync('npx', ['eslint', '--fix', 'a.js'], { encoding: 'utf8' }).status, readFileSync('a.js', 'utf8'));
const results = await new ESLint({ overrideConfigFile: true, overrideConfig: { rules: { semi: 'error', quotes: ['error', 'single'] } }, fix: true }).lintText('let a = "x"\nexport { a }');
console.log(results[0].output, results[0].errorCount);
console.log(new Linter().verify('const a = ;', {}).map((m) => m.message).join());
