// The namespace: names, kinds and lengths of what is in it, and how it prints.
const B = (...a) => new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...a]);
const t = (n, f) => { try { console.log(n, "->", f()); } catch (e) { console.log(n, "=>", e.name + ": " + e.message); } };
const W = WebAssembly;
const m = new W.Memory({ initial: 1 });
const T = new W.Table({ element: "anyfunc", initial: 1 });
for (const k of Object.getOwnPropertyNames(W).filter((x) => x !== "Tag" && x !== "Exception")) console.log(k, typeof W[k], W[k].length, JSON.stringify(Object.getOwnPropertyDescriptor(W,k)), typeof W[k]=='function'&&W[k].prototype?Object.getOwnPropertyNames(W[k].prototype).map(x=>{const d=Object.getOwnPropertyDescriptor(W[k].prototype,x);return x+':'+(d.get?'get':typeof d.value)+(d.set?'+set':'')+(d.enumerable?'E':'')+(d.writable?'W':'')+(d.configurable?'C':'')+(typeof d.value=='function'?d.value.length:'')}).join():'', Object.getOwnPropertyNames(W[k]).filter((x) => x !== "arguments" && x !== "caller").join());
console.log(String(W),W[Symbol.toStringTag],Object.getOwnPropertyDescriptor(globalThis,'WebAssembly'),Object.prototype.toString.call(m),m,T,new W.Module(B()),new W.Instance(new W.Module(B())),new W.Global({value:'i32'},4));

const e = new W.CompileError("x", { cause: 1 });
console.log(e.name, e.message, e.cause, e instanceof Error, W.LinkError("y").message, Object.prototype.toString.call(e), String(e), Object.keys(e), Object.getPrototypeOf(W.RuntimeError) === Error);
console.log(e.stack.split("\n")[0], new W.RuntimeError().message === "", W.RuntimeError.prototype instanceof Error);
