// run: bun test
console.log("not a test file");
