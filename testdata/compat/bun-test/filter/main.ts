// run: bun test -t "pick" alpha
export {};
