export * from './origin.mjs';
