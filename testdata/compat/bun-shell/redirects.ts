import { $ } from 'bun';
await $`echo file > out.txt`; console.log(await Bun.file('out.txt').text()); await $`echo more >> out.txt`; console.log(await $`cat out.txt`.text()); console.log(await $`cat < out.txt`.text());
const buf = Buffer.alloc(10); await $`echo buf > ${buf}`; console.log(buf.toString().replace(/\0/g, '.'));
await $`echo bunfile > ${Bun.file('bf.txt')}`; console.log(await Bun.file('bf.txt').text()); console.log(await $`cat < ${Bun.file('bf.txt')}`.text());
console.log(await $`sh -c 'echo e >&2' 2>&1`.text(), await $`sh -c 'echo o; echo e >&2' 2> err.txt`.text(), await Bun.file('err.txt').text());
console.log(await $`sh -c 'echo o; echo e >&2' &> both.txt`.text(), (await Bun.file('both.txt').text()).split('\n').sort().join());
console.log(await $`cat < ${new Response('resp body')} | tr a-z A-Z`.text(), await $`cat < ${new Blob(['blob'])}`.text().catch(e => e.name)); console.log(await $`echo x > /dev/null`.text() === '', await $`echo quiet`.quiet().text());
