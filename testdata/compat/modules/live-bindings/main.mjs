import def, { n, inc, obj, later, setDefault, fn, K } from "./counter.mjs";
import * as ns from "./counter.mjs";
import { n as again, renamed, ns2 } from "./re.mjs";
console.log(n, again, ns.n); inc(); console.log(n, again, ns.n, ns2.n, renamed);
console.log(def); setDefault("changed"); console.log(def, ns.default);
for (const f of [() => { n = 5; }, () => { ns.n = 5; }, () => { ns.fresh = 1; }, () => { delete ns.n; }, () => { delete ns.none; }, () => { Object.defineProperty(ns, "n", { value: 9 }); }]) try { f(); console.log("ok"); } catch (e) { console.log(e.name); }
console.log(Object.keys(ns), ns[Symbol.toStringTag], Object.prototype.toString.call(ns));
console.log(Object.getPrototypeOf(ns), Object.isExtensible(ns), Object.isSealed(ns), Reflect.ownKeys(ns).length);
const d = Object.getOwnPropertyDescriptor(ns, "n"); console.log(d.value, d.writable, d.enumerable, d.configurable);
console.log("n" in ns, "zz" in ns, ns.zz, ns.toString, Reflect.set(ns, "n", 1), Reflect.has(ns, "inc"));
console.log(fn(), new K().k, typeof later); await new Promise((r) => setTimeout(r, 2)); console.log(later);
let [x, y] = [1, 2]; export { x, y as z, x as default }; x++;
import("./main.mjs").then((self) => { console.log(self.x, self.z, self.default); x = 10; console.log(self.x); });
