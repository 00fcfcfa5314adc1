import { $ } from 'bun';
try { await $`exit 3`.quiet(); } catch (e: any) { console.log(e.name, e.constructor.name, e.exitCode, e.message, String(e.stdout), String(e.stderr), e instanceof Error, e instanceof $.ShellError); }
const r = await $`sh -c "exit 5"`.nothrow().quiet(); console.log(r.exitCode);
console.log((await $`false`.nothrow()).exitCode, await $`false`.throws(false).then(r => r.exitCode), await $`false`.throws(true).catch(e => 'thrown ' + e.exitCode));
try { await $`echo partial; exit 2`.text(); } catch (e: any) { console.log(e.exitCode, String(e.stdout)); }
try { await $`nosuch_command_q`.quiet(); } catch (e: any) { console.log(e.exitCode, String(e.stderr)); }
try { await $`cat nosuchfile`.quiet(); } catch (e: any) { console.log(e.exitCode, String(e.stderr).includes('No such file')); }
$.nothrow(); console.log((await $`exit 4`).exitCode); $.throws(true); console.log(await $`exit 4`.catch(e => 'again ' + e.exitCode));
try { $`echo ${undefined as any}`; console.log('undef ok'); } catch (e: any) { console.log(e.name); }
try { await $`echo "unterminated`; } catch (e: any) { console.log(e.name); }
console.log(await $`echo '{bad'`.json().catch(e => e.name)); console.log((await $`cd /nonexistent`.nothrow().quiet()).exitCode);
