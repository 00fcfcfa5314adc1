import { log } from "./log.mjs"; import "./x.mjs"; log("z"); export const later = await Promise.resolve("later");
