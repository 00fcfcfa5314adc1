import { both } from "./star.mjs"; both;
