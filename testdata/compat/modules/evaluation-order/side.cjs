globalThis.order.push("side");
