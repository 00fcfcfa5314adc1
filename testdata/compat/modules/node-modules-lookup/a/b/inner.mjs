export { default as top } from "top";
export { default as only } from "only-root";
export { default as mid } from "mid";
