// ref: node24
import { DatabaseSync } from "node:sqlite";
import { inspect } from "node:util";
const db = new DatabaseSync(":memory:");
db.exec("CREATE TABLE t(a UNIQUE)");
for (const sql of ["SELECT * FROM nope", "SELEC", "INSERT INTO t VALUES (1), (1)"]) {
  try {
    db.exec(sql);
  } catch (e) {
    console.log(String(e), e.stack.split("\n")[0], inspect(e).split("\n")[0], Object.keys(e));
  }
}
