// compile, instantiate and their streaming kin: what they settle with.
const B = (...a) => new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...a]);
const t = (n, f) => { try { console.log(n, "->", f()); } catch (e) { console.log(n, "=>", e.name + ": " + e.message); } };
const W = WebAssembly;
const FI = [1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x6d, 1, 0x66, 0, 0];
(async()=>{for(const [n,f] of [['c',()=>W.compile(new Uint8Array([1]))],
  ['c',()=>W.compile()],
  ['c',()=>W.instantiate()],
  ['c',()=>W.instantiate(new Uint8Array([1]))],
  ['c',()=>W.instantiate(B(),5)],
  ['c',()=>W.instantiate(B(...FI))],
  ['c',()=>W.instantiate(B(...FI),{})],
  ['c',()=>W.instantiate(new W.Module(B(...FI)),{m:{f:1}})],
  ['c',()=>W.instantiate(B(...FI),{m:{f:1}})],
  ['cs',()=>W.compileStreaming()],
  ['cs',()=>W.compileStreaming(5)],
  ['cs',()=>W.compileStreaming(new Response('x'))],
  ['cs',()=>W.compileStreaming(new Response('x',{headers:{'content-type':'application/wasm'}}))],
  ['cs',()=>W.compileStreaming(new Response('x',{status:404,headers:{'content-type':'application/wasm'}}))],
  ['cs',()=>W.instantiateStreaming(new Response(B(),{headers:{'content-type':'application/wasm'}}))],
  ['cs',()=>W.instantiateStreaming(new Response(B(),{headers:{'content-type':'application/wasm;x=1'}}))],
  ['cs',()=>W.instantiateStreaming()],
  ['v',()=>W.validate()],
  ['v',()=>W.validate(5)],
  ['cs',()=>W.compileStreaming(new Response(null,{headers:{'content-type':'application/wasm'}}))],
  ['ex',()=>W.Module.exports(5)],
  ['ex',()=>W.Module.customSections(new W.Module(B()))],
  ['ex',()=>W.Module.imports(new W.Module(B(...FI)))[0]],
  ['cs',()=>W.instantiateStreaming(new Response(B(...FI),{headers:{'content-type':'application/wasm'}}),{m:{f:3}})]]){try{console.log(n,await f())}catch(e){console.log(n,e.name,e.code,e.message)}}})();
