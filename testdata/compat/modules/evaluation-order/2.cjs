globalThis.order.push("2");
