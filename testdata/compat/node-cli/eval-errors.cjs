// An error of node -e shows the line of the program that it comes from. (Where a throw's mark stands is another matter.)
const { spawnSync } = require('child_process');
const show = (args, input) => {
  const r = spawnSync(process.execPath, args, { encoding: 'utf8', input });
  console.log(args, r.status, r.stderr.split('\n').filter((l) => !/^ +at |^$|^\s*\^$/.test(l)));
};
show(['-e', 'throw new Error("q")']);
show(['-e', 'let a = 1;\n\tconst s = "ééé😀"; a.b.c();\n']);
show(['-p', 'foo.bar']);
show(['-e', 'let a = ;']);
show(['-e', 'function f() { throw new TypeError("deep") }\nsetTimeout(f, 1)']);
show([], 'let x = 1;\nx();\n');
show(['-e', 'Promise.reject(new RangeError("late"))']);
const mark = spawnSync(process.execPath, ['-e', '\tconst s = "ééé😀"; s.b.c();'], { encoding: 'utf8' }).stderr.split('\n');
console.log(mark.find((l) => /^\s*\^$/.test(l)));
