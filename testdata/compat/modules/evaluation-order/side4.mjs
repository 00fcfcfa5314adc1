globalThis.order.push("side4");
