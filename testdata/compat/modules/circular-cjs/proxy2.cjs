const p = require("./proxy1.cjs"); console.log(p.__esModule, p.then); console.log(p.x);
