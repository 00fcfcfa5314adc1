export * as lib from './lib.cjs'
