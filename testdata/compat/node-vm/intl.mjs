// A context of a program's ordinary object formats as the program does.
import vm from "node:vm";
const own = { x: 1 };
const context = vm.createContext(own);
console.log(vm.runInContext('[typeof Intl, new Intl.NumberFormat("en").format(1234.5), typeof WebAssembly].join()', context));
console.log(Object.getOwnPropertyNames(own).join(), Object.keys(vm.createContext({})).length);
console.log(vm.runInContext('new Intl.DateTimeFormat("en", { timeZone: "UTC" }).format(new Date(0)) + "," + typeof Intl.Collator', vm.createContext(Object.create({ y: 1 }))));
