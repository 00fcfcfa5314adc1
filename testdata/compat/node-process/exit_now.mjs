process.on("exit", (c) => { console.log("exit handler", c); process.exit(6); });
process.on("beforeExit", () => console.log("never"));
setTimeout(() => { console.log("leaving"); process.exit(5); console.log("never"); }, 1);
setTimeout(() => console.log("never"), 50);
