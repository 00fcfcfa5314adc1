export * as inner from './far.mjs';
