// Whatever of ECMAScript the program has as a global, a context has.
import vm from "node:vm";
for (const c of [vm.createContext({}), vm.createContext(vm.constants.DONT_CONTEXTIFY)]) {
  console.log(["Intl", "Temporal", "WebAssembly", "Iterator", "SharedArrayBuffer"].filter((n) => (n in globalThis) !== (vm.runInContext(`typeof ${n}`, c) !== "undefined")).join());
}
