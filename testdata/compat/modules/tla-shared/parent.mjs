import { order } from "./order.mjs";
import "./waits.mjs";
order.push("parent");
