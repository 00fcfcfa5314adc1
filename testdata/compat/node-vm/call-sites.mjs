// Error.prepareStackTrace of a context, and an importer that is never asked.
import vm from "node:vm";
const context = vm.createContext({});
console.log(vm.runInContext(`
  Error.prepareStackTrace = (e, sites) => sites.map((s) => [s.getFunctionName(), s.isToplevel(), s.isEval(), s.isNative(), s.getEvalOrigin() ?? null, s.isAsync(), s.isPromiseAll()].join()).slice(0, 1).join();
  (function caller() { return new Error("m").stack; })();
`, context));
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
