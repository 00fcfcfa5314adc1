// ref: node
// In which order the parts of an assignment, a pattern and a literal are evaluated, and what of an error's stack is its own.
import vm from 'node:vm';
const line = (name, f) => {
  let r;
  try { r = f(); } catch (e) { r = `${e.name}: ${e.message}`; }
  console.log(name, Array.isArray(r) ? r.join(' ') : r);
};
const recorder = () => {
  const log = [];
  const say = (name, value) => (log.push(name), value);
  const key = (name) => ({ toString() { log.push(`${name} as text`); return name; } });
  return { log, say, key };
};

line('a[b] = c', () => { const { log, say, key } = recorder(); say('object', {})[say('key', key('k'))] = say('value', 1); return log; });
line('a[b] = c, key throws', () => { const log = []; try { ({})[{ toString() { log.push('key'); throw 1; } }] = log.push('value'); } catch { log.push('caught'); } return log; });
line('null[b] = c', () => { const { log, say, key } = recorder(); try { say('object', null)[say('key', key('k'))] = say('value', 1); } catch (e) { log.push(e.name); } return log; });
line('null.b = c', () => { let n = null; n.b = 1; });
line('undefined[1] = c', () => { let n; n[1] = 1; });
line('undefined["x"] = c', () => { let n, k = 'x'; n[k] = 1; });
line('super[b] = c', () => {
  const { log, say, key } = recorder();
  class A { m() { super[say('key', key('k'))] = say('value', 1); return this.k; } }
  log.push(new A().m());
  return log;
});
line('{ [a]: b }', () => { const { log, say, key } = recorder(); const o = { [say('key', key('k'))]: say('value', 1), [key('l')]() {}, get [key('m')]() { return 1; } }; log.push(Object.keys(o)); return log; });
line('{ [a]: b }, a changes b', () => { let v = 'before'; return { [{ toString() { v = 'after'; return 'k'; } }]: v }.k; });
line('{ [a]: function }', () => { const s = Symbol('sy'), o = { [s]: () => {}, ['x' + 1]: function () {}, [2]: class {} }; return [o[s].name, o.x1.name, o[2].name]; });
line('[a[b]] = c', () => {
  const { log, say, key } = recorder();
  const source = { [Symbol.iterator]() { log.push('iterator'); return { next() { log.push('next'); return { done: true }; } }; } };
  [say('object', {})[say('key', key('k'))]] = source;
  return log;
});
line('{ [a]: b[c] } = d', () => {
  const { log, say, key } = recorder();
  const source = { get k() { log.push('read'); } };
  ({ [say('source key', key('k'))]: say('object', {})[say('key', key('t'))] = say('default', 1) } = source);
  return log;
});
line('{ a, ...b[c] } = d', () => { const o = {}; let a; ({ a, ...o['rest'] } = { a: 1, b: 2, c: 3 }); return JSON.stringify([a, o]); });
line('for (a[b] of c)', () => { const o = {}, i = { n: 0 }; for (o[i.n++] of ['x', 'y']); return JSON.stringify(o); });
line('swap', () => { const a = [1, 2, 3]; let i = 0, j = 2; [a[i], a[j]] = [a[j], a[i]]; return a; });
line('a[i] = i = b', () => { const a = []; let i = 0; a[i] = i = 2; return JSON.stringify([a, i]); });
line('a[i++] = a[i++] = i', () => { const a = []; let i = 0; a[i++] = a[i++] = i; return JSON.stringify(a); });
line('class with fields get and set', () => {
  class A {
    get
    *a() {}
    static set
    *b() {}
  }
  return [Object.hasOwn(new A(), 'get'), Object.hasOwn(A, 'set'), typeof A.prototype.a, typeof A.prototype.b];
});
line('let undefined: compiled', () => typeof new vm.Script('let undefined;'));
line('let undefined: run', () => { try { vm.runInThisContext('let undefined;'); } catch (e) { return e.name; } });
line('let undefined in a function', () => { let undefined = 1; return undefined; });

const stack = (o) => { const d = Object.getOwnPropertyDescriptor(o, 'stack'); return [JSON.stringify(d.value) ?? String(d.value), d.writable, d.enumerable, d.configurable]; };
line('error.stack = text', () => { const e = new Error('x'); e.stack = 'mine'; return stack(e); });
line('error.stack = undefined', () => { const e = new TypeError('x'); e.stack = undefined; return stack(e); });
line('error.stack = object', () => { const e = new RangeError('x'); e.stack = { a: 1 }; return stack(e); });
line('error.stack twice', () => { const e = new Error('x'); e.stack = 'one'; e.stack = 'two'; return [...stack(e), Object.keys(e).length, JSON.stringify(e)]; });
line('error.stack += text', () => { const e = new Error('x'); e.stack += '\nmore'; return e.stack.split('\n').pop(); });
line('delete error.stack', () => { const e = new Error('x'); return [delete e.stack, e.stack]; });
line('delete error.stack, then set', () => { const e = new Error('x'); delete e.stack; e.stack = 'again'; return stack(e); });
line('an object that inherits', () => { function Old() {} Old.prototype = Object.create(Error.prototype); const e = new Old(); e.stack = 'old'; return [...stack(e), e instanceof Error, Object.keys(e)]; });
line('a subclass', () => { class E extends Error { constructor(m) { super(m); this.stack = 'sub'; } } return stack(new E('x')); });
line('through a proxy', () => { const e = new Error('x'); new Proxy(e, {}).stack = 'proxied'; return stack(e); });
line('Reflect.set', () => { const e = new Error('x'); return [Reflect.set(e, 'stack', 'reflected'), ...stack(e)]; });
line('Object.assign', () => stack(Object.assign(new Error('x'), { stack: 'assigned' })));
line('captureStackTrace, then set', () => { const o = {}; Error.captureStackTrace(o); o.stack = 'set'; return stack(o); });
