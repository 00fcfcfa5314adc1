import { value, twice, twice as renamed } from './origin.mjs';
export { value, twice, renamed };
export const other = 'import';
