export default "syntax says esm"; export const x = typeof require;
