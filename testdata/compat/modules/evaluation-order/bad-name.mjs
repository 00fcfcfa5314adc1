import "./side3.cjs"; import { nope } from "./3.mjs"; nope;
