// Imports every file of this folder for its effect: globals and builtin modules.
import "./bun_test.ts";
import "./node_test.ts";
