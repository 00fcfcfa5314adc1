globalThis.side = (globalThis.side ?? 0) + 1;
