process.on("exit", (c) => console.log("exit", c));
console.log("before");
setTimeout(() => console.log("never"), 10);
Promise.reject(new Error("unhandled"));
