// The API, whose service is a process of its own, and the command.
import * as esbuild from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
console.log((await esbuild.transform('let x: number = 1; enum E { A, B }; export { x, E }', { loader: 'ts', minify: true })).code);
console.log(esbuild.transformSync('const f = (a?: string) => a?.length ?? <b>{a}</b>', { loader: 'tsx', target: 'es2018', jsxFactory: 'h' }).code);
mkdirSync('src');
writeFileSync('src/a.ts', 'import { b } from "./b"; import text from "virtual:text"; console.log(b<number>(2), text);\n');
writeFileSync('src/b.ts', 'export const b = <T>(x: T): T => x;\nexport const unused = 1;\n');
const plugin = {
  name: 'virtual',
  setup(build) {
    build.onResolve({ filter: /^virtual:/ }, (a) => ({ path: a.path.slice(8), namespace: 'virtual' }));
    build.onLoad({ filter: /.*/, namespace: 'virtual' }, (a) => ({ contents: `contents of ${a.path}`, loader: 'text' }));
  },
};
const result = await esbuild.build({ entryPoints: ['src/a.ts'], bundle: true, write: false, format: 'esm', plugins: [plugin], metafile: true, sourcemap: 'external', outdir: 'out' });
console.log(result.outputFiles.map((f) => f.path.split('/').pop() + ' ' + (f.path.endsWith('.map') ? JSON.parse(f.text).sources.join() : f.text)).join('\n'));
console.log(Object.keys(result.metafile.inputs).join(), result.errors.length);
console.log(await esbuild.build({ stdin: { contents: 'import "./none"' }, bundle: true, write: false, logLevel: 'silent' }).catch((e) => e.errors.map((x) => x.text).join()));
console.log(await esbuild.transform('let = 1 +', { logLevel: 'silent' }).catch((e) => e.errors[0].text + ' ' + e.errors[0].location.column));
const run = spawnSync('npx', ['esbuild', 'src/b.ts', '--minify', '--format=cjs'], { encoding: 'utf8' });
console.log(run.status, run.stdout);
