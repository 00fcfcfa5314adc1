// The code that listeners are told is no exit code that was set.
process.on("beforeExit", (c) => console.log("beforeExit", c, process.exitCode));
process.on("exit", (c) => console.log("exit", c, process.exitCode));
