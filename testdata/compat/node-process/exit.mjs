process.on("beforeExit", (code) => { console.log("beforeExit", code); if (!again) { again = true; setTimeout(() => console.log("more work"), 1); } });
process.on("exit", (code) => { console.log("exit", code, process.exitCode); process.exitCode = 9; setTimeout(() => console.log("never"), 1); });
let again = false;
process.exitCode = 4;
console.log("main");
