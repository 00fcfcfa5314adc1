// Packages listen to the workers of a cluster whether or not there are any.
const cluster = require('node:cluster')
const { EventEmitter } = require('node:events')
const receive = (...args) => console.log('message', ...args)
console.log(cluster instanceof EventEmitter, cluster.on('message', receive) === cluster, cluster.listenerCount('message'))
console.log(cluster.emit('message', { id: 1 }, 'hello'))
cluster.removeListener('message', receive)
console.log(cluster.emit('message'), cluster.isPrimary, Object.keys(cluster.workers).length)
import('node:cluster').then((m) => console.log(typeof m.default.once, typeof m.isMaster, m.default === cluster))
