const initSqlJs = require("sql.js");

(async () => {
  const SQL = await initSqlJs();
  const db = new SQL.Database();
  db.run("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n REAL, b BLOB)");
  for (let i = 0; i < 50; i++) db.run("INSERT INTO t (name, n, b) VALUES (?, ?, ?)", [`name ${i}`, i / 4, new Uint8Array([i, 255])]);
  console.log(db.exec("SELECT count(*), sum(n), max(name) FROM t")[0]);
  const q = db.prepare("SELECT id, name, b FROM t WHERE n > $least ORDER BY id LIMIT 3");
  q.bind({ $least: 10 });
  while (q.step()) console.log(q.getAsObject());
  q.free();
  db.create_function("twice", (x) => x * 2);
  console.log(db.exec("SELECT twice(21) AS answer, json_extract('{\"a\":[1,2]}', '$.a[1]') AS j")[0].values);
  try { db.run("SELECT * FROM nowhere"); } catch (e) { console.log(e.message); }
  console.log(db.exec("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000) SELECT sum(x) FROM c")[0].values);
  const bytes = db.export(), again = new SQL.Database(bytes);
  console.log(bytes.length, again.exec("SELECT name FROM t WHERE id = 50")[0].values, db.getRowsModified());
  db.close();
})();
