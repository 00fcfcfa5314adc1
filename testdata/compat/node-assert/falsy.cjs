// The message of what is false quotes the call.
const assert=require('assert');
const m=f=>{try{f()}catch(e){console.log(JSON.stringify(e.message))}};
m(()=>eval('assert(0)')); m(()=>new Function('assert','assert(0)')(assert)); m(()=>require('vm').runInThisContext('(a)=>a(0)')(assert)); m(()=>require('vm').runInThisContext('(a)=>a(0)',{filename:'nope.js'})(assert)); m(()=>[0].forEach(assert)); m(()=>[0].forEach(x=>assert(x)));
m(()=>assert ( 0 , undefined ) ); m(()=>assert(`${ 0 }` === "x)" /* ) */ && /[)]/.test('a')));
m(()=>assert['ok'](0)); m(()=>(assert)(0)); m(()=>assert?.ok(0)); m(()=>({a:assert}).a(0)); m(()=>[assert][0](0)); m(()=>assert.ok(0).x); m(()=>assert.equal(assert(0),1));
m(()=>assert	(0)); m(()=>assert.strict.ok(
    0,
       undefined
	));
m(()=>assert("é漢😀"===1)); m(()=>assert('\x01'==="2"));
function w(){ if (1) assert(0)
}
m(w); m(()=>{ const x = 1; return assert(x === 2); }); class A { static { this.f = () => assert(!1) } } m(A.f); m(()=>assert(0)+
1);
process.nextTick(assert, 0);
process.on('uncaughtException',e=>console.log(e.message));
