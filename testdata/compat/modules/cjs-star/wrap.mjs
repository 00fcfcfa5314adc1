export * from './lib.cjs'
export const shadowed = 'of wrap'
export const own = 1
