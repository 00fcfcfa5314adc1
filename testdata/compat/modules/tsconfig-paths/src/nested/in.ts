export { default } from "@/a";
