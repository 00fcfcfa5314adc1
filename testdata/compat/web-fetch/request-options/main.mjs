// What the options of a Request are taken for, and which are refused.
const show = r => [r.mode, r.cache, r.credentials, r.referrer, r.referrerPolicy, r.redirect, r.integrity, r.keepalive, r.destination, r.duplex].join('|');
const t = (n, f) => { try { console.log(n, f()); } catch (e) { console.log(n, e.name, e.code, e.message); } };
for (const init of [{}, {mode:'same-origin', cache:'no-store', credentials:'include', referrer:'http://y/', referrerPolicy:'origin', redirect:'error', integrity:'x', keepalive:true}, {referrer:''}, {referrer:'about:client'}, {referrer:'/rel'},{referrer:'no'}, {window: null}, {window: undefined},{mode: null}, {cache: null}, {redirect:null}, {credentials:null},{referrerPolicy:null}, {referrer:null},{mode:'cors',cache:'only-if-cached'},{mode:'same-origin',cache:'only-if-cached'},{mode:'no-cors',method:'post'},{mode:'websocket'},{redirect:'Follow'}, {integrity:null}, {keepalive:0}])
  t(JSON.stringify(init), () => show(new Request('http://x/', init)));
const from = new Request('http://x/', {mode:'no-cors', cache:'reload', referrer:'', referrerPolicy:'origin'});
t('from', () => show(new Request(from))); t('from put', () => show(new Request(from, {method:'PUT'}))); t('clone', () => show(from.clone()));t('from init', () => show(new Request(from, {headers:{}})));
t('order', () => new Request('http://x/', {mode:'bad', cache:'bad', redirect:'bad', method:'(', referrer: 'http://:', window: 1, headers: {'(': 1}}));
t('order', () => new Request('http://x/', {mode:'bad', cache:'bad', redirect:'bad', referrer: 'http://:', window: 1, headers: {'(': 1}}));
t('order', () => new Request('http://x/', {mode:'bad', cache:'bad', redirect:'bad', referrer: 'http://:', window: 1}));
t('order', () => new Request('http://x/', {mode:'bad', cache:'bad', redirect:'bad', referrer: 'http://:'}));
