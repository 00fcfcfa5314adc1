// What nobody catches is an event of the global object before it ends the program.
addEventListener('x', e => console.log('x', e.type));
console.log(dispatchEvent(new Event('x')), typeof PromiseRejectionEvent, onerror, onunhandledrejection);
addEventListener('error', e => { console.log('error', e.message, e.error.message, e instanceof ErrorEvent); e.preventDefault(); }, { once: true });
reportError(new Error('one'));
onerror = (message, file, line, column, error) => { console.log('onerror', message, error.message); return true; };
setTimeout(() => { throw new RangeError('two'); }, 1);
onunhandledrejection = e => { console.log('unhandled', e.reason, e.promise instanceof Promise); e.preventDefault(); };
addEventListener('rejectionhandled', e => console.log('handled', e.type));
const p = Promise.reject(3);
setTimeout(() => p.catch(() => console.log('caught')), 5);
