import { order } from "./order.mjs"; import "./two.mjs"; order.push("one"); export { order };
