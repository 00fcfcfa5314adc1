// Imports the core's files for their effect: globals and builtin modules.

import "./console.ts";
import "./process.ts"; // before timers.ts and node/events.ts
import "./timers.ts";
import "./events.ts";
import "./text.ts";
import "./structured-clone.ts";
import "./performance.ts";
import "./cjs.ts";
import "./url.ts";
import "./weakref.ts";
import "./callsite.ts";
