import { log } from "./log.mjs"; log("x start"); await new Promise((r) => setTimeout(r, 5)); log("x end");
