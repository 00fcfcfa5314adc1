// Imports every file of this folder for its effect: globals and builtin modules.
import "./bun.ts";
import "./sqlite.ts";
import "./jsc.ts";
import "./html_rewriter.ts";
