import d from "./s2.mjs"; d;
