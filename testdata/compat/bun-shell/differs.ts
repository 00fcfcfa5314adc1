// Where the tools of Bun.$ end otherwise than bash and GNU's do.
import { $ } from "bun";
$.nothrow();
const run = async (raw: string) => { const r = await $`${{ raw }}`.quiet(); console.log(raw, r.exitCode, JSON.stringify(r.stdout.toString())); };
await run("mkdir d && echo 1 > d/f");
await run("ls none");
await run("ls none d");
await run("ls none | cat");
await run("ls -j");
await run("seq 3 1");
await run("seq 1 3");
await run("seq 1 2 5");
for (const raw of ["no-such-command", "no-such-command; echo after", "no-such-command || echo or", "echo *.none", "ls d/*.none", "echo '*.none'", "echo d/*"]) {
  const r = await $`${{ raw }}`.quiet();
  console.log(raw, r.exitCode, JSON.stringify(r.stdout.toString()), JSON.stringify(r.stderr.toString()));
}
try { await $`ls none`.quiet().throws(true); } catch (e: any) { console.log(e.name, e.exitCode, e.message); }
