import { nope } from "./s1.mjs"; nope;
