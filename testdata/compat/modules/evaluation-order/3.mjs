globalThis.order.push("3");
