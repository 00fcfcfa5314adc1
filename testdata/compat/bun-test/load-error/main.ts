// run: bun test
export {};
