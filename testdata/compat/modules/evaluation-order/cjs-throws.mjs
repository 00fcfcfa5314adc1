import "./3.mjs"; import "./side4.mjs"; import "./throws.cjs"; import "./never.mjs";
