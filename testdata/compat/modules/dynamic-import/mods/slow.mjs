await new Promise((r) => setTimeout(r, 3)); globalThis.slow = (globalThis.slow ?? 0) + 1; export const n = globalThis.slow;
