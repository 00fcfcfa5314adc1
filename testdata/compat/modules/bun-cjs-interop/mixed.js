import path from "path"; const fs = require("fs"); export default typeof fs.readFileSync + path.sep;
