// A getter that has the module export more while its exports are read.
import { g, after } from "./x.cjs";
console.log(g, after);
