// run: node module-index.mjs | grep -v "duration_ms\|node:\|location:\|stack:\|TestContext\|  Test\.\|Suite\.\|async Test\|AsyncResource"
import * as nt from "node:test"; console.log("out", Object.keys(nt).sort().join()); console.log("out", nt.default === nt.test, nt.describe === nt.suite, typeof nt.default.mock, Object.keys(nt.default).sort().join());
nt.test("ctx", (t) => { console.log("out", Object.getOwnPropertyNames(Object.getPrototypeOf(t)).filter((k) => k !== "constructor").sort().join()); });
