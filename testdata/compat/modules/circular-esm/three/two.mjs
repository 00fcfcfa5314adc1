import { order } from "./order.mjs"; import "./three.mjs"; order.push("two");
