export * from './by-name.mjs';
export * from './by-import.mjs';
export * from './by-star.mjs';
