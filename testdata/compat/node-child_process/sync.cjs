const { execSync, spawnSync, execFileSync } = require('child_process');
console.log(execSync('echo hi').toString(), execSync('echo str', { encoding: 'utf8' }));
console.log(execSync('cat', { input: 'in' }).toString(), execSync('echo a | tr a b; pwd', { encoding: 'utf8', cwd: '/tmp' }));
try { execSync('echo o; exit 5', { stdio: 'pipe' }); } catch (e) { console.log(e.status, e.signal, e.pid > 0, e.message, String(e.stdout), e.output.length); }
try { execSync('nosuch_q 2>/dev/null'); } catch (e) { console.log(e.status); }
let r = spawnSync('sh', ['-c', 'echo o; echo e >&2; exit 3']);
console.log(r.status, r.signal, r.error, String(r.stdout), String(r.stderr), r.output.length, r.output[0], typeof r.pid, Object.keys(r).join());
r = spawnSync('nosuch_r', ['x']); console.log(r.status, r.error.code, r.error.syscall, r.error.path, r.error.spawnargs, r.stdout, r.output, r.pid);
r = spawnSync('cat', { input: Buffer.from('buf'), encoding: 'utf8' }); console.log(r.stdout);
r = spawnSync('cat', { input: 'tstr' }); console.log(r.stdout);
r = spawnSync('sleep', ['5'], { timeout: 40 }); console.log(r.status, r.signal, r.error.code, r.error.message);
r = spawnSync('sleep', ['5'], { timeout: 40, killSignal: 'SIGKILL' }); console.log(r.signal);
r = spawnSync('echo', ['0123456789'], { maxBuffer: 4 }); console.log(r.error.code, r.error.message, String(r.stdout));
r = spawnSync('echo $V', { shell: true, env: { ...process.env, V: 'v' } }); console.log(String(r.stdout));
r = spawnSync('node', ['-p', 'process.argv.length']); console.log(String(r.stdout));
r = spawnSync('echo', ['inherited'], { stdio: 'inherit' }); console.log(r.stdout, r.output);
r = spawnSync('sh', ['-c', 'kill -9 $$']); console.log(r.status, r.signal);
r = spawnSync('echo', ['x'], { stdio: ['pipe', 'ignore', 'pipe'] }); console.log(r.stdout, String(r.stderr));
console.log(execSync('node -e "console.log(process.env.Z)"', { env: { ...process.env, Z: 'zz' }, encoding: 'utf8' }));
console.log(execFileSync('ls', ['-a'], { encoding: 'utf8' }).includes('sync.cjs'));
require('fs').writeFileSync('shared.txt', 'one\n'); execSync('echo two >> shared.txt'); console.log(require('fs').readFileSync('shared.txt', 'utf8'));
try { execSync('sleep 5', { timeout: 40 }); } catch (e) { console.log(e.code, e.signal, e.status); }
try { execSync('exit 1', { cwd: '/nonexistent' }); } catch (e) { console.log(e.code, e.path); }
