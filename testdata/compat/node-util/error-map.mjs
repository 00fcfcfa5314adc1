// The map of system errors is a Map, whatever a program made of that.
import { getSystemErrorMap } from "node:util";

const Real = Map, { set, get } = Map.prototype;
globalThis.Map = class {};
Real.prototype.set = () => console.log("called");
const map = getSystemErrorMap();
Real.prototype.set = set;
console.log(map instanceof Real, get.call(map, -2));
