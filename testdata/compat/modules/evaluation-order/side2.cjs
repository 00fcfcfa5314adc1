globalThis.order.push("side2");
