export const a = "esm a"; export default "esm default";
