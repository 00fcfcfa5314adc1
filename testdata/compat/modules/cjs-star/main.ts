// What a namespace has of CommonJS modules that a module re-exports all of.
import * as wrap from './wrap.mjs'
import * as outer from './outer.mjs'
import { lib } from './named.mjs'
import { add, shadowed } from './outer.mjs'

const show = (what: string, ns: object) => console.log(what, Object.keys(ns).sort().map((key) => `${key}=${String((ns as any)[key])}`).join(' '))
show('wrap', wrap)
show('outer', outer)
show('named', lib)
console.log(add(1, 2), shadowed, 'default' in wrap, 'add' in wrap, 'missing' in wrap, wrap.add === outer.add)
const again = await import('./wrap.mjs')
console.log(again === wrap, (await import('./outer.mjs')).flag)
console.log(Object.getOwnPropertyDescriptor(wrap, 'name'))
try {
  ;(wrap as any).name = 2
} catch (error) {
  console.log((error as Error).name)
}
await import('./none.mjs').catch((error) => console.log(error.name, error.message.replace(import.meta.dir, '~')))
