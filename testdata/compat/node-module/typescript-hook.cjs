// A hook of require gets TypeScript as it is written, as ts-node and pirates do.
const Module = require('module');
const fs = require('fs');
fs.writeFileSync('zz-hook.ts', 'import a from "a";\n@given class A<T> { x: number = 1 }\n');
const old = Module._extensions['.ts'] ?? Module._extensions['.js'];
Module._extensions['.ts'] = (m, filename) => {
  const compile = m._compile;
  m._compile = function (code, name) {
    console.log(JSON.stringify(code), name === filename);
    return compile.call(this, 'exports.compiled = true', name);
  };
  old(m, filename);
};
console.log(require('./zz-hook'));
console.log(require('./zz-hook.ts').compiled);
fs.rmSync('zz-hook.ts');
