// run: bun test
console.log("never");
