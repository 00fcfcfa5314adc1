export * from './nodefault.mjs'; import d from './nodefault.mjs'
