process.on("exit", (c) => console.log("exit", c)); console.log("before"); setTimeout(() => console.log("timer"), 1); await new Promise(() => {}); console.log("never");
