// fs.read and a ReadStream of standard input wait without holding up what else there is to do.
import { spawn } from "node:child_process";
const programs = {
  read: `const fs = require("fs"); const b = Buffer.alloc(10); let ticks = 0; const t = setInterval(() => ticks++, 5);
    const next = () => fs.read(0, b, 2, 4, null, (e, n, same) => {
      if (n > 0) { process.stdout.write(JSON.stringify([e, n, same === b, String(b.subarray(2, 2 + n)), ticks > 0])); next(); }
      else clearInterval(t);
    });
    next();`,
  stream: `const fs = require("fs"); let ticks = 0; const t = setInterval(() => ticks++, 5);
    fs.createReadStream(null, { fd: 0 }).on("data", (d) => process.stdout.write(JSON.stringify([String(d), ticks > 0]))).on("end", () => clearInterval(t));`,
};
for (const [name, code] of Object.entries(programs)) {
  const child = spawn(process.execPath, ["-e", code], { stdio: ["pipe", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (d) => { out += d; });
  for (const text of ["ab", "cdef", "gh"]) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    child.stdin.write(text);
  }
  child.stdin.end();
  const status = await new Promise((resolve) => child.on("close", resolve));
  console.log(name, out, status);
}
