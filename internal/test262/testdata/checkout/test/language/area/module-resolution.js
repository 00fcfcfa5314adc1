/*---
flags: [module]
negative:
  phase: resolution
  type: SyntaxError
---*/
$DONOTEVALUATE();
import { none } from "./module_FIXTURE.js";
