// The names that a namespace has of CommonJS, and what its default is, in a package of either type.
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
for (const dir of ['.', './typed'])
  for (const name of 'plain getter hidden-getter thrower function class array instance string map inherited symbol made made-hidden made-getter made-nothing made-false made-number made-function'.split(' ')) {
    const ns = await import(`${dir}/${name}.cjs`);
    console.log(dir, name, Object.keys(ns).sort().join(), ns.default === require(`${dir}/${name}.cjs`), ns.__esModule, ns.g);
  }
