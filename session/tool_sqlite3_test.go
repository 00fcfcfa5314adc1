package session

import "testing"

// sqlite3 and the programs of a command line see each other's locks, and what each wrote.
func TestSQLiteShared(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	r := f.command("t", f.tenantSession("t"), `cat > p.mjs <<'X'
import { DatabaseSync } from 'node:sqlite'
import { spawn } from 'node:child_process'
const db = new DatabaseSync('a.db')
db.exec('create table t(a); begin immediate; insert into t values(1)')
const other = spawn('sqlite3', ['a.db', 'insert into t select max(a) + 1 from t; select a from t'])
other.stdout.on('data', (text) => process.stdout.write(text))
setTimeout(() => db.exec('insert into t values(5); commit'), 100)
other.on('close', (code) => console.log(code, JSON.stringify(db.prepare('select a from t').all())))
X
node p.mjs; sqlite3 -csv a.db 'select sum(a) from t'`)
	if want := "1\n5\n6\n0 [{\"a\":1},{\"a\":5},{\"a\":6}]\n12\n"; string(r.Stdout) != want || r.ExitCode != 0 {
		t.Errorf("exit %d, printed %q, want %q; %s", r.ExitCode, r.Stdout, want, r.Stderr)
	}
}
