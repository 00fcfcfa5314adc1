globalThis.order.push("1b");
