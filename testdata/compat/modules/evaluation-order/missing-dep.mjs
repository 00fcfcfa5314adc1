import "./side2.cjs"; import "./nope.mjs";
