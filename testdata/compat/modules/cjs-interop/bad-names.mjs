import { extra, nothere, other as o } from "./function.cjs"; nothere; o; extra;
