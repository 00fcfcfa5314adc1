import d from './wrap.mjs'
console.log(d)
