// Objects of the web, where they are nested and with options.
import util from "node:util";
const url = new URL("http://u:p@h.com:81/p?q=1&r=it's#h");
const signal = new AbortController().signal, aborted = AbortSignal.abort(new Error("x"));
console.log(util.inspect(url));
console.log(util.inspect({ a: { url } }));
console.log(util.inspect([url], { depth: 0 }), util.inspect(url, { depth: 0 }), util.inspect({ a: { b: { c: { url } } } }));
console.log(util.inspect(new Map([[url, new Set([url])]])));
console.log(util.inspect({ url }, { breakLength: Infinity }), util.inspect(url, { compact: false }));
console.log(util.inspect(url, { colors: true }));
console.log(signal, aborted, [signal], { a: { b: signal } });
console.log(util.inspect(signal, { depth: 0 }), util.inspect({ signal }, { depth: 0 }), util.inspect([{ signal }], { depth: 1 }));
console.log(util.format("%s %o %O %j", url, signal, url, url));
