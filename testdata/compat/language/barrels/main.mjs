// ref: node
// One binding that a module has by two ways is not ambiguous; two bindings of one name are left out.
import * as all from './all.mjs';
import { value, space, twice, renamed, made } from './all.mjs';
console.log(Object.keys(all).join(' '));
console.log(value, twice, renamed, typeof space, space.value, made());
console.log('other' in all, all.value === value, all.space === space);
try { await import('./asks.mjs'); } catch (e) { console.log(e.name); }
