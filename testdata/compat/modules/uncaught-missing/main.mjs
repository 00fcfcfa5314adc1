// ref: node
console.log("never printed"); import "./not-there.mjs";
