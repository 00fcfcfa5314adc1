/** @jsx make */
/** @jsxFrag null */
const make = (t: any, p: any, ...c: any[]) => ({ make: t, p, c }); export const p = <i><>frag</></i>;
