import { order } from "./order.mjs";
await 0;
order.push("waits");
