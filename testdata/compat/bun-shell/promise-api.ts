import { $ } from 'bun';
const p = $`echo lazy`; console.log(p instanceof Promise, p.constructor.name, typeof p.text, typeof p.json, typeof p.lines, typeof p.quiet, typeof p.nothrow, typeof p.throws, typeof p.cwd, typeof p.env, typeof p.arrayBuffer, typeof p.blob, typeof p.run); await p;
console.log((await Promise.all([$`echo 1`.text(), $`echo 2`.text(), $`echo 3`.text()])).map(s => s.trim()).join());
const r = await $`echo out`.quiet(); console.log(r.json === undefined ? 'nojson' : typeof r.json, typeof r.text, typeof r.arrayBuffer, typeof r.blob, typeof r.bytes, r.stdout.length, Object.keys(r).join());
console.log(typeof $.escape, typeof $.braces, typeof $.cwd, typeof $.env, typeof $.nothrow, typeof $.throws, typeof $.Shell, typeof $.ShellError, typeof $.ShellPromise);
const cmd = 'echo', args = ['-n', 'dyn']; console.log(await $`${cmd} ${args}`.text()); const { stdout, stderr, exitCode } = await $`echo destr`.quiet(); console.log(String(stdout).trim(), stderr.length, exitCode);
const names = []; for await (const n of $`printf 'a\nb'`.lines()) names.push(n); console.log(names);
const big = (await $`bun -e ${'process.stdout.write("x".repeat(200000))'}`.text()).length; console.log(big); console.log(await $`echo ${new Set([1]).size} ${Symbol.iterator in []}`.text());
