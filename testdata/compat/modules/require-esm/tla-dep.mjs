export { t } from "./tla.mjs";
