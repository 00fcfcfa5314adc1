export default "dflt"; export const x = 1;
