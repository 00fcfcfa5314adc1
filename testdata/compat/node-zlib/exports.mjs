import zlib, * as ns from 'node:zlib';
for (const k of Object.keys(zlib)) console.log(k, typeof zlib[k], typeof zlib[k] === 'function' ? zlib[k].name + ' ' + zlib[k].length : '');
for (const k of Object.keys(zlib.constants)) console.log(k, zlib.constants[k]);
for (const k of Object.keys(zlib.codes)) console.log(k, zlib.codes[k]);
console.log(Object.isFrozen(zlib.constants), zlib.Z_BEST_COMPRESSION, ns.gzipSync === zlib.gzipSync, zlib.Gzip.prototype instanceof (await import('node:stream')).Transform);
