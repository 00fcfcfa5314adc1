globalThis.order.push("side3");
