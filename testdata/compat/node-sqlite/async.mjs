// ref: node24
// backup(), sessions and changesets, authorizer when there is one.
import { DatabaseSync, backup } from 'node:sqlite';
import fs from 'node:fs';
const db = new DatabaseSync('source.db');
db.exec("create table t (a integer primary key, b); insert into t values (1, 'x'), (2, 'y')");
const pages = await backup(db, 'copy.db');
console.log('pages', pages, fs.existsSync('copy.db'));
console.log([...new DatabaseSync('copy.db').prepare('select * from t').all()].map((r) => ({ ...r })));
try { await backup(db, 'no/dir/x.db'); } catch (e) { console.log(e.name, e.code); }
const session = db.createSession();
db.exec("insert into t values (3, 'z'); update t set b = 'Y' where a = 2");
const changes = session.changeset();
console.log('changeset', changes instanceof Uint8Array, changes.length > 0);
const other = new DatabaseSync('copy.db');
console.log('applied', other.applyChangeset(changes));
console.log(other.prepare('select b from t order by a').all().map((r) => r.b));
session.close();
