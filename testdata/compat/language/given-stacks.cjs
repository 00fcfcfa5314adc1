// A stack has the name and message that its object has when it is first read, and what inherits from an error has its stack.
const head = o => o.stack.split('\n')[0];
const o = {};
Error.captureStackTrace(o);
Object.assign(o, { name: 'N', message: 'late' });
console.log(head(o), Object.keys(o), 'stack' in o, /\n    at /.test(o.stack));
function Old(message) {
  Error.captureStackTrace(this, Old);
  this.message = message;
}
Old.prototype = Object.create(Error.prototype, { constructor: { value: Old }, name: { value: 'Old' } });
function Older(message) {
  Error.captureStackTrace(this, this.constructor);
  this.name = 'Older';
  this.message = message;
}
require('util').inherits(Older, Error);
for (const e of [new Old('one'), new Older('two')]) {
  console.log(head(e), String(e), e instanceof Error, require('util').inspect(e).split('\n')[0], JSON.stringify(e));
  e.stack = 'mine';
  console.log(e.stack, Object.getOwnPropertyDescriptor(e, 'stack'), delete e.stack, Object.hasOwn(e, 'stack'));
}
const base = new TypeError('base');
const derived = Object.create(base, { index: { value: 4, enumerable: true } });
console.log(head(derived), Object.hasOwn(derived, 'stack'), require('util').inspect(derived).split('\n')[0]);
derived.stack = 'own';
console.log(derived.stack, head(base), Object.create(Error.prototype).stack);
for (const o of [Object.freeze({}), Object.freeze(new Error('x')), Object.preventExtensions({ stack: 1 })]) {
  try { Error.captureStackTrace(o); console.log('given', typeof o.stack); } catch (e) { console.log(e.name, e.message); }
}
Error.prepareStackTrace = (e, sites) => `${e.message} ${sites.length > 0}`;
const p = { message: 'prepared' };
Error.captureStackTrace(p);
console.log(p.stack);
