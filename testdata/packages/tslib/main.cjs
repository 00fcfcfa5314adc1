const t = require('tslib')
console.log(Object.keys(t).sort().join(' '))
class Base { hi() { return 'base' } }
const Derived = (function (_super) { t.__extends(Derived, _super); function Derived() { return (_super !== null && _super.apply(this, arguments)) || this } return Derived })(function () {})
console.log(new Derived() instanceof Derived, t.__assign({ a: 1 }, { b: 2 }, null), t.__rest({ a: 1, b: 2, [Symbol.for('s')]: 3 }, ['a']), t.__spreadArray([1], [2, , 3], true), t.__makeTemplateObject(['a'], ['\\a']).raw)
class Decorated { m(x) { return x } }
t.__decorate([(target, key, d) => { const f = d.value; d.value = function (x) { return 'wrapped ' + f.call(this, x) } }], Decorated.prototype, 'm', null)
console.log(new Decorated().m(1), typeof t.__metadata('k', 'v'), t.__param(0, (a, b, i) => console.log('param', b, i))({}, 'p'))
const run = () => t.__awaiter(void 0, void 0, void 0, function () { let x; return t.__generator(this, (s) => { switch (s.label) { case 0: s.trys.push([0, 2, 3, 4]); return [4, Promise.resolve(5)]; case 1: x = s.sent(); return [2, x + 1]; case 2: s.sent(); return [3, 4]; case 3: console.log('finally'); return [7]; default: return [2] } }) })
run().then((v) => console.log('awaited', v))
const gen = function () { return t.__asyncGenerator(this, arguments, function* () { const a = yield t.__await(Promise.resolve(1)); yield yield t.__await(a); yield t.__await(yield* t.__asyncDelegator(t.__asyncValues([2, 3]))); return yield t.__await(4) }) }
;(async () => { const got = []; for await (const x of gen()) got.push(x); console.log('async', got) })()
console.log([...t.__values([1, 2])].length, t.__read([1, 2, 3], 2), t.__importDefault(1), t.__importStar({ a: 1 }), t.__importDefault({ __esModule: true, default: 2 }).default, t.__propKey(5), t.__setFunctionName(() => {}, 'named', 'get').name)
const priv = new WeakMap(), key = {}
priv.set(key, 1)
console.log(t.__classPrivateFieldGet(key, priv, 'f'), t.__classPrivateFieldSet(key, priv, 2, 'f'), priv.get(key), t.__classPrivateFieldIn(priv, key))
for (const f of [() => t.__classPrivateFieldGet({}, priv, 'f'), () => t.__extends(function () {}, 1), () => t.__values(null), () => t.__classPrivateFieldIn(priv, 1)]) try { f(); console.log('ok') } catch (e) { console.log(e.name, e.message) }
const env = { stack: [], error: void 0, hasError: false }
t.__addDisposableResource(env, { [Symbol.dispose ?? Symbol.for('dispose')]: () => console.log('disposed') }, false)
t.__disposeResources(env)
console.log(t.__rewriteRelativeImportExtension('./a.tsx', true), t.__rewriteRelativeImportExtension('./b.mts'), t.__rewriteRelativeImportExtension('pkg'))
const ex = {}
t.__exportStar({ a: 1, default: 2 }, ex); t.__createBinding(ex, { q: 3 }, 'q', 'z')
console.log(Object.keys(ex), ex.a, ex.z)
