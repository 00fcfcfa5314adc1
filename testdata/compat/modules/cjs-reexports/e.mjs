export const fromEsm = 1; export default 2;
