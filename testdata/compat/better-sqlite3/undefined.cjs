// undefined is bound as null, by position and by name, and is null in what a function returns; knex passes it on.
const Database = require('better-sqlite3');
const db = new Database(':memory:');
db.exec('create table t (a, b)');
console.log(db.prepare('insert into t values (?, ?) returning *').all([undefined, 1]), db.prepare('insert into t values (?, ?)').run(2, undefined).changes);
console.log(db.prepare('select @a as a, $b as b').get({ a: undefined, b: 3 }), db.prepare('select ? as x').pluck().get(undefined));
try { console.log(db.prepare('select @a as a').get({})); } catch (e) { console.log(e.name, e.message); }
try { console.log(db.prepare('select ? as a').get(true)); } catch (e) { console.log(e.name, e.message); }
db.function('nothing', () => undefined);
console.log(db.prepare('select nothing() as n, typeof(?) as t from t').get(undefined), db.prepare('select * from t').all());
