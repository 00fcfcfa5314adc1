// run: bun test --timeout 20 ./main.ts
import { test, setDefaultTimeout } from "bun:test";
test("slow", async () => { console.log("in"); await Bun.sleep(2000); console.log("out"); });
test("own", async () => { await Bun.sleep(60); console.log("own out"); }, 1000);
