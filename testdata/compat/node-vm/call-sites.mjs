// Error.prepareStackTrace of a context, and an importer that is never asked.
import vm from "node:vm";
const context = vm.createContext({});
console.log(vm.runInContext(`
  Error.prepareStackTrace = (e, sites) => sites.map((s) => [s.getFunctionName(), s.isToplevel(), s.isEval(), s.isNative(), s.getEvalOrigin() ?? null, s.isAsync(), s.isPromiseAll()].join()).slice(0, 1).join();
  (function caller() { return new Error("m").stack; })();
`, context));
Error.prepareStackTrace = (e, sites) => `prepared ${e.message} ${sites[0].getFunctionName()}`;
console.log(vm.runInContext('(function other() { return new Error("n").stack })()', vm.createContext({})));
console.log(vm.runInContext('(function caller() { return new Error("n").stack })()', context));
Error.prepareStackTrace = (e, sites) => sites;
const [site] = new Error().stack;
console.log(site.constructor.name, Object.getOwnPropertyDescriptor(Object.getPrototypeOf(site), "constructor").enumerable);
Error.prepareStackTrace = undefined;
const script = new vm.Script("40 + 2", { filename: "a.js", importModuleDynamically: () => { throw new Error("asked"); } });
console.log(script.runInThisContext(), script.runInContext(context));
for (const importModuleDynamically of [1, null, "x"]) {
  try {
    new vm.Script("1", { importModuleDynamically });
    console.log("taken");
  } catch (e) {
    console.log(e.code, e.message);
  }
}
