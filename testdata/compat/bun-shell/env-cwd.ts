import { $ } from 'bun';
console.log(await $`FOO=bar sh -c 'echo $FOO'`.text(), await $`echo $A`.env({ A: 'x' }).text());
process.env.PE = 'pe'; console.log(await $`echo $PE`.text());
console.log(await $`pwd`.cwd('/tmp').text()); $.cwd('/tmp'); console.log(await $`pwd`.text()); $.cwd();
$.env({ ONLY: '1', PATH: process.env.PATH! }); console.log(await $`echo $ONLY [$PE]`.text()); $.env(process.env as any);
console.log(await $`X=5; echo $X`.text(), await $`export Y=6; sh -c 'echo $Y'`.text());
await $`mkdir -p d/e`; await $`cd d && touch f`; console.log((await $`ls d`.text()).split("\n").sort().join()); console.log(await $`cd d; pwd`.text().then(s => s.trim().endsWith('/d')));
const sh = new $.Shell(); sh.nothrow(); console.log((await sh`exit 9`).exitCode, await $`exit 9`.catch(() => 'still throws'));
sh.env({ S: 's' }); console.log(await sh`echo $S`.text());
