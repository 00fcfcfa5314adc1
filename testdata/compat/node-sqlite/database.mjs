// ref: node24
// DatabaseSync: constructor, open, close, exec, isOpen, location, errors.
import sqlite, { DatabaseSync, StatementSync, constants, backup } from 'node:sqlite';
import fs from 'node:fs';
const show = (label, fn) => {
  try { console.log(label, fn()); } catch (e) { console.log(label, e.name, e.code, e.errcode ?? '', e.message); }
};
console.log(Object.keys(sqlite).sort(), typeof backup, typeof StatementSync);
show('no new', () => DatabaseSync(':memory:'));
show('bad path', () => new DatabaseSync(5));
show('bad options', () => new DatabaseSync(':memory:', 5));
show('bad open', () => new DatabaseSync(':memory:', { open: 1 }));
const db = new DatabaseSync('app.db');
show('isOpen', () => db.isOpen);
show('isTransaction', () => db.isTransaction);
show('exec', () => db.exec('create table t (a integer primary key, b text); insert into t (b) values (1), (2)'));
show('exec type', () => db.exec(1));
show('exec error', () => db.exec('nonsense'));
show('location', () => db.location());
show('memory location', () => new DatabaseSync(':memory:').location());
show('transaction', () => { db.exec('begin'); const x = db.isTransaction; db.exec('rollback'); return x; });
show('open twice', () => db.open());
db.close();
show('closed', () => db.exec('select 1'));
show('close twice', () => db.close());
show('isOpen', () => db.isOpen);
db.open();
show('reopened', () => db.prepare('select count(*) as n from t').get());
const lazy = new DatabaseSync('lazy.db', { open: false });
show('lazy', () => [lazy.isOpen, fs.existsSync('lazy.db')]);
const ro = new DatabaseSync('app.db', { readOnly: true });
show('readOnly', () => ro.exec('insert into t (b) values (3)'));
show('foreign keys', () => db.prepare('pragma foreign_keys').get());
show('no foreign keys', () => new DatabaseSync(':memory:', { enableForeignKeyConstraints: false }).prepare('pragma foreign_keys').get());
show('double quotes', () => db.prepare('select "text" as x').get());
show('double quotes on', () => new DatabaseSync(':memory:', { enableDoubleQuotedStringLiterals: true }).prepare('select "text" as x').get());
show('uint8 path', () => new DatabaseSync(Buffer.from('b.db')).isOpen);
show('url path', () => new DatabaseSync(new URL('file:///nope/dir/x.db')).isOpen);
show('constants', () => [constants.SQLITE_CHANGESET_OMIT, constants.SQLITE_CHANGESET_REPLACE]);
show('dispose', () => { db[Symbol.dispose](); return db.isOpen; });
show('load extension', () => new DatabaseSync(':memory:').loadExtension('x'));
show('missing dir', () => new DatabaseSync('no/such/dir/x.db'));
