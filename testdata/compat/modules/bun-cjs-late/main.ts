// Modules that run, or whose exports are read, require ES modules that import them.
import { g, after } from "./x.cjs";
import "./circle.cjs";
console.log(g, after);
