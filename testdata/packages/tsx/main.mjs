// The command of the package, from a script and by npx.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
writeFileSync('a.ts', "import { greet } from './b';\nenum E { A = 1 }\nconsole.log(greet<string>('x'), E.A, process.argv.slice(2).join());\nprocess.exitCode = 3;\n");
writeFileSync('b.ts', 'export const greet = <T>(x: T): string => `hello ${x}`;\n');
for (const args of [['npx', 'tsx', 'a.ts', 'one', 'two'], ['node_modules/.bin/tsx', './a.ts'], ['npm', 'run', '--silent', 'start', '--', 'three']]) {
  const run = spawnSync(args[0], args.slice(1), { encoding: 'utf8' });
  console.log(run.status, run.stdout.trim());
}
