export { value, twice, twice as renamed } from './origin.mjs';
export * as space from './origin.mjs';
export const other = 'name';
