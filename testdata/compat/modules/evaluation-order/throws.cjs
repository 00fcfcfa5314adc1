globalThis.order.push("throws"); throw new Error("from cjs");
