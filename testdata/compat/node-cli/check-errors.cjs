// node --check parses the file that node would run.
const { spawnSync } = require('child_process');
const fs = require('fs');
fs.writeFileSync('good.js', 'module.exports = await0;\n');
fs.writeFileSync('bad.js', 'let a = ;\n');
fs.mkdirSync('folder');
fs.writeFileSync('folder/index.js', '#!/usr/bin/env node\nreturn 1;\n');
for (const file of ['good.js', 'good', './folder', 'bad.js', 'nope.js']) {
  const r = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
  const lines = r.stderr.replaceAll(process.cwd(), '.').split('\n');
  console.log(file, r.status, r.stdout, lines.filter((l) => /^\w*Error|code:|^Node/.test(l)));
}
