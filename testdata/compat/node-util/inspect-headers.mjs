// Headers are printed with the names that they were given.
import util from 'node:util';
console.log(new Headers([['B','1'],['a','2'],['b','3'],['Set-Cookie','x=1'],['Set-Cookie','y=2'],['Cookie','q']])); const h=new Headers({'Content-Type':'x'}); h.set('content-type','y'); h.append('Zed','1'); h.delete('zed'); h.set('Abc','1'); console.log(h); console.log({a:{b:{h}}}); console.log(util.inspect(new Headers(Array.from({length:8},(_, i)=>['header-name-'+i,'value '+i])),{}), [new Headers({a:'x'.repeat(80)})]);
console.log(util.inspect(new Headers({a:'b'}),{colors:true}), util.inspect(new Request('http://a/'),{colors:true}).slice(0,60), util.inspect(new FormData(),{depth:null}));
console.log(new Request('http://a/',{referrer:'',signal:AbortSignal.abort(1)}), [new Response('x')]);
