import { x } from "./throws1.mjs"; x;
