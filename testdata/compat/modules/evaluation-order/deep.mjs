import "./3.mjs"; import "./side.cjs"; import "./d1.mjs"; globalThis.order.push("deep");
