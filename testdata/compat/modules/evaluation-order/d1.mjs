import "./side.cjs"; globalThis.order.push("d1");
