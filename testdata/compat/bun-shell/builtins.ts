import { $ } from 'bun';
await $`mkdir -p a/b && touch a/1 a/2 a/b/3`; console.log((await $`ls a`.text()).split("\n").sort().join(), (await $`ls -a a`.text()).split('\n').length);
console.log(await $`echo -n x`.text(), await $`echo {a,b}{1,2}`.text(), (await $`echo a/*`.text()).trim().split(' ').sort().join(), await $`echo a/**/3`.text());
await $`mv a/1 a/one && rm a/2 && cp a/one a/copy`; console.log((await $`ls a`.text()).split('\n').sort().join()); await $`rm -rf a`; console.log(await $`ls a`.nothrow().quiet().then(r => r.exitCode));
console.log((await $`which bun`.text()).includes('bun'), await $`basename /x/y.txt`.text(), await $`dirname /x/y.txt`.text(), await $`seq 3`.text(), await $`true`.then(r => r.exitCode), await $`yes | head -2`.text());
console.log(await $`test -d .`.nothrow().then(r => r.exitCode), await $`[[ -f nosuch ]]`.nothrow().then(r => r.exitCode).catch(e => e.name)); console.log(await $`echo ${'a*'} "*"`.text(), await $`echo $(echo sub) ` .text(), await $`echo "$(echo q  q)"`.text());
console.log($.braces('x{1,2}y'), $.braces('a{b,c{d,e}}')); console.log(await $`bun -e "console.log('from bun', 1+1)"`.text()); await Bun.write('s.ts', 'console.log("script", Bun.argv.slice(2).join())'); console.log(await $`bun s.ts p q`.text());
if (true) console.log(await $`if true; then echo yes; else echo no; fi`.text().catch(e => e.name)); console.log(await $`echo "a
b"`.text()); const lines = (await $`printf 'x\ny\n'`.text()).split('\n'); console.log(lines.length);
