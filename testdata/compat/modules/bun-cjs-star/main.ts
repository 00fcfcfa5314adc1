import * as star from './star.mjs';
import * as far from './far.mjs';
import { a, own } from './star.mjs';
import { c, d, b as renamed } from './far.mjs';
import { inner } from './named.mjs';
import * as x from './x.cjs';

const keys = ns => Object.keys(ns).sort().join();
console.log(keys(star), star.a, typeof star.b, star.own, star.default, star.hidden);
console.log(keys(far), far.c, far.d, far.own);
console.log(keys(inner), inner === far, 'a' in inner, 'default' in inner);
console.log(keys(x), x.own);
console.log(a, own, c, d, renamed.name);
console.log(JSON.stringify(Object.getOwnPropertyDescriptor(star, 'a')), Object.isExtensible(star));
try { star.a = 2; } catch (e) { console.log(e.name); }
console.log(keys(await import('./far.mjs')), (await import('./far.mjs')) === far);
for (const name of ['./wantsdefault.mjs', './wantsname.mjs', './wantsstar.mjs', './reexports.mjs'])
  await import(name).then(console.log, e => console.log(name, e.name, e.message.replace(/'[^']*\/(?=[^/]*')/g, "'")));
