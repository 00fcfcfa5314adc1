export { default } from "@me/self";
