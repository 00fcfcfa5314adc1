import vm from 'node:vm';
for (const c of ['return (', 'return +', 'if (', '{', '}', 'return [', 'f(', '{ {', 'return a ?', 'let a = ', 'for (;;) {', 'function x() {', '(', 'return (\n', 'return +;', 'x = {a:', 'new', '`a', '"a', '/a', 'return }', 'class A {', 'async () => {', 'a.', 'a?.', 'let']) {
  const out = []; for (const f of [() => vm.compileFunction(c), () => new vm.Script(c), () => new Function(c)]) try { f(); out.push('ok'); } catch (e) { out.push(e.message); }
  console.log(JSON.stringify(c), out.join(' | '));
}
