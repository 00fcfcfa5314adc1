globalThis.order.push("never");
