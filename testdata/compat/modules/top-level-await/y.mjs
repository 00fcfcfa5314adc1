import { log } from "./log.mjs"; log("y start"); await null; log("y end");
