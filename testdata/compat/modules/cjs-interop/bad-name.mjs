import { nothere } from "./function.cjs"; nothere;
