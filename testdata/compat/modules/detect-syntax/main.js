import { x } from "./lib.js"; console.log(x, typeof require, typeof import.meta.url); const v = await 5; console.log(v); export default 1;
