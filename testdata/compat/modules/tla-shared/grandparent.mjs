import { order } from "./order.mjs";
import "./parent.mjs";
order.push("grandparent");
export const name = "grandparent";
