import { other } from './all.mjs';
console.log(other);
