export * from './x.cjs';
export const own = 'of star';
