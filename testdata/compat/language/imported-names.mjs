// A name that is imported cannot be declared as well, but below the top level.
const sources = [
  'import x from "node:fs"; let x', 'import x from "node:fs"; const x = 1', 'import x from "node:fs"; var x', 'import x from "node:fs"; { var x }',
  'import x from "node:fs"; function x() {}', 'import x from "node:fs"; class x {}', 'import x from "node:fs"; async function x() {}',
  'import { join as x } from "node:path"; let x', 'import * as x from "node:path"; let x', 'import x from "node:fs"; import x from "node:path"',
  'let x; import x from "node:fs"', 'var x; import x from "node:fs"', 'function x() {} import x from "node:fs"', 'export let x = 1; import { join as x } from "node:path"',
  'import x from "node:fs"; for (var x of []);', 'import x from "node:fs"; export function x() {}', 'import x from "node:fs"; const { x } = {}',
  'import x from "node:fs"; { let x = 1 }', 'import x from "node:fs"; function f(x) { var x }', 'import x from "node:fs"; (x => x)(1)', 'import x from "node:fs"; { function x() {} }',
  'import x from "node:fs"; try {} catch (x) {}', 'import x from "node:fs"; for (let x of []);', 'import x from "node:fs"; class A { x = 1 }', 'import x from "node:fs"; export { x }',
  'import x, { join } from "node:path"; export default function () { let x; var join }',
];
for (const source of sources) {
  await import("data:text/javascript," + encodeURIComponent(source)).then(() => console.log(source, "|"), (e) => console.log(source, "|", `${e}`));
}
