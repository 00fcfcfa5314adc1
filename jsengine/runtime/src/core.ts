// Imports the core's files for their effect: globals and builtin modules.

import "./console.ts";
