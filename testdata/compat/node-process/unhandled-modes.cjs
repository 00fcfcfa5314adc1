// What --unhandled-rejections makes of a rejection that nobody handles.
const { spawnSync } = require('child_process');
const listening = 'process.on("unhandledRejection", (e) => console.log("unhandledRejection", e.message));process.on("uncaughtException", (e, o) => console.log("uncaughtException", e.message, o));';
const program = 'process.on("exit", (c) => console.log("exit", c));Promise.reject(new Error("x"));setTimeout(() => console.log("later"), 5);';
const run = (...args) => {
  const r = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, NODE_NO_WARNINGS: '0' } });
  const warnings = r.stderr.split('\n').filter((l) => l.includes('Warning:')).map((l) => l.replace(/\(node:\d+\)/, '(node)'));
  console.log(args.slice(0, -2), r.status, r.stdout.split('\n'), warnings);
};
for (const mode of ['throw', 'strict', 'warn', 'none', 'warn-with-error-code']) {
  run(`--unhandled-rejections=${mode}`, '-e', program);
  run(`--unhandled-rejections=${mode}`, '-e', listening + program);
}
run('--unhandled-rejections', 'none', '-e', program);
run('--unhandled-rejections=warn', '-e', 'Promise.reject(3);Promise.reject({ stack: "mine" })');
const bad = spawnSync(process.execPath, ['--unhandled-rejections=never', '-e', '1'], { encoding: 'utf8' });
console.log(bad.status, bad.stderr.includes('invalid value for --unhandled-rejections'));
