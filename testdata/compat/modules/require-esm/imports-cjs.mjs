import c, { named } from "./c.cjs"; export const v = [c.named, named].join();
