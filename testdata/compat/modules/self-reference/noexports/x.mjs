export { default } from "noexports";
