export * from './wrap.mjs'
export * from './flagged.cjs'
export { default } from './flagged.cjs'
