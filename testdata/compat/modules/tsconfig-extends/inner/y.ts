export { default } from "@one/x";
