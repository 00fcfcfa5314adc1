export * from './star.mjs';
export * from './y.cjs';
export * from './es.cjs';
