// A child whose pipes are unreferenced keeps nobody alive, but is heard while others do.
import { spawn } from "node:child_process";
const code = "process.stdin.on('data', (d) => process.stdout.write('echo ' + d)); setInterval(() => {}, 1000)";
const child = spawn(process.execPath, ["-e", code], { stdio: ["pipe", "pipe", "inherit"] });
child.unref();
child.stdin.unref();
child.stdout.unref();
const answer = (text) => new Promise((resolve) => {
  child.stdout.once("data", (d) => resolve(String(d)));
  child.ref();
  child.stdin.write(text);
});
console.log(await answer("one"));
child.stdout.ref();
child.unref();
console.log(await answer("two"));
child.unref();
child.stdout.unref();
console.log("the end");
