// 2 KB of JSON is parsed, transformed and printed.
(() => {
  const { shop, orders } = JSON.parse("{\"shop\":\"example\",\"orders\":[{\"id\":1000,\"customer\":\"Ada\",\"paid\":false,\"items\":[{\"sku\":\"P-9317\",\"price\":31.16,\"count\":1}],\"note\":\"left at the \\\"door\\\" – №0\"},{\"id\":1001,\"customer\":\"Grace\",\"paid\":true,\"items\":[{\"sku\":\"P-6213\",\"price\":13.33,\"count\":2},{\"sku\":\"P-4251\",\"price\":9.38,\"count\":3}],\"note\":\"left at the \\\"door\\\" – №1\"},{\"id\":1002,\"customer\":\"Linus\",\"paid\":true,\"items\":[{\"sku\":\"P-4625\",\"price\":15.71,\"count\":4},{\"sku\":\"P-0592\",\"price\":36.4,\"count\":1},{\"sku\":\"P-9626\",\"price\":25.21,\"count\":2}],\"note\":\"left at the \\\"door\\\" – №2\"},{\"id\":1003,\"customer\":\"Barbara\",\"paid\":true,\"items\":[{\"sku\":\"P-7032\",\"price\":32.62,\"count\":3}],\"note\":\"left at the \\\"door\\\" – №3\"},{\"id\":1004,\"customer\":\"Edsger\",\"paid\":false,\"items\":[{\"sku\":\"P-9603\",\"price\":40.87,\"count\":4},{\"sku\":\"P-7540\",\"price\":7.96,\"count\":1}],\"note\":\"left at the \\\"door\\\" – №4\"},{\"id\":1005,\"customer\":\"Donald\",\"paid\":true,\"items\":[{\"sku\":\"P-3968\",\"price\":27.17,\"count\":2},{\"sku\":\"P-4945\",\"price\":4.5,\"count\":3},{\"sku\":\"P-5290\",\"price\":2.27,\"count\":4}],\"note\":\"left at the \\\"door\\\" – №5\"},{\"id\":1006,\"customer\":\"Margaret\",\"paid\":true,\"items\":[{\"sku\":\"P-3158\",\"price\":8.8,\"count\":1}],\"note\":\"left at the \\\"door\\\" – №6\"},{\"id\":1007,\"customer\":\"Ken\",\"paid\":true,\"items\":[{\"sku\":\"P-5248\",\"price\":44.65,\"count\":2},{\"sku\":\"P-9621\",\"price\":16.46,\"count\":3}],\"note\":\"left at the \\\"door\\\" – №7\"},{\"id\":1008,\"customer\":\"Ada\",\"paid\":false,\"items\":[{\"sku\":\"P-3621\",\"price\":13.27,\"count\":4},{\"sku\":\"P-4559\",\"price\":27.0,\"count\":1},{\"sku\":\"P-7166\",\"price\":2.05,\"count\":2}],\"note\":\"left at the \\\"door\\\" – №8\"},{\"id\":1009,\"customer\":\"Grace\",\"paid\":true,\"items\":[{\"sku\":\"P-9694\",\"price\":19.06,\"count\":3}],\"note\":\"left at the \\\"door\\\" – №9\"},{\"id\":1010,\"customer\":\"Linus\",\"paid\":true,\"items\":[{\"sku\":\"P-3848\",\"price\":2.27,\"count\":4},{\"sku\":\"P-4878\",\"price\":1.12,\"count\":1}],\"note\":\"left at the \\\"door\\\" – №10\"},{\"id\":1011,\"customer\":\"Barbara\",\"paid\":true,\"items\":[{\"sku\":\"P-3639\",\"price\":20.81,\"count\":2},{\"sku\":\"P-0260\",\"price\":40.54,\"count\":3},{\"sku\":\"P-2878\",\"price\":7.67,\"count\":4}],\"note\":\"left at the \\\"door\\\" – №11\"}]}");
  const money = n => Number(n.toFixed(2));
  const customers = new Map();
  const lines = orders.map(({ items, ...order }) => {
    const total = money(items.reduce((sum, { price, count }) => sum + price * count, 0));
    customers.set(order.customer, money((customers.get(order.customer) ?? 0) + total));
    return { ...order, note: order.note.toUpperCase(), total, skus: items.map(item => item.sku).sort() };
  });
  return JSON.stringify({
    shop,
    open: lines.filter(order => !order.paid).length,
    best: [...customers].sort((a, b) => b[1] - a[1]).slice(0, 3),
    lines: lines.sort((a, b) => b.total - a.total || a.id - b.id),
  });
})()
