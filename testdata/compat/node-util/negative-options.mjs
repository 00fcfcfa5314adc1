import { parseArgs } from "node:util";

const foo = { type: "boolean" }, text = { type: "string" };
for (const [args, options, strict] of [[["--no-foo"], { foo }], [["--no-foo"], { foo, "no-foo": foo }], [["--no-foo"], { "no-foo": foo }], [["--no-foo=x", "--no-bar", "--no-baz"], { foo, bar: text }, false]]) {
  console.log(parseArgs({ args, options, strict, allowNegative: true, tokens: true }));
}
