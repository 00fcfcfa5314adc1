import { order } from "./order.mjs"; import "./one.mjs"; order.push("three");
