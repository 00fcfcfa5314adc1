exports.x = "commonjs by syntax"; // export nothing
/* import a from "b" */ const s = `
export default 1
`; exports.s = s;
