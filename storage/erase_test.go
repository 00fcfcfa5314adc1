package storage

import (
	"bytes"
	"context"
	"crypto/aes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/y"
	"go.uber.org/zap"
)

// markers are strings put wherever guest data goes, one for each place.
type markers struct{ name, content, target, metadata, egress, route, key, record, keyName, setting string }

func newMarkers() markers {
	m := func(place string) string { return "Marker-" + place + "-zQ7vX2" }
	return markers{m("name"), m("content"), m("target"), m("metadata"), m("egress"), m("route"), m("key"), m("record"), m("keyname"), m("setting")}
}

// all returns every marker; stored, those whose very bytes are stored, sealed,
// and not just a hash of them.
func (m markers) all() []string { return append(m.stored(), m.route, m.key) }

func (m markers) stored() []string {
	return append(m.session(), m.keyName, m.setting)
}

// session returns the markers that must not outlive the session.
func (m markers) session() []string {
	return []string{m.name, m.content, m.target, m.metadata, m.egress, m.record}
}

// plant puts every marker into a session and around it.
func (m markers) plant(ctx context.Context, s *Store, id string) error {
	sess := testSession(id, "acme")
	sess.Metadata = json.RawMessage(`"` + m.metadata + `"`)
	sess.Egress = json.RawMessage(`"` + m.egress + `"`)
	if err := s.CreateSession(ctx, sess); err != nil {
		return err
	}
	w, err := s.Workspace(id)
	if err != nil {
		return err
	}
	big := strings.Repeat(m.content+" ", 200_000) // more than a transaction
	for _, set := range [][]Change{
		{file("dir/"+m.name, m.content), {Path: "l", Kind: KindSymlink, Target: m.target}},
		{file(m.name+"-big", big)},
		{file("dir/"+m.name, m.content+" again"), {Path: "moved" + m.name, Kind: KindFile, From: "dir/" + m.name}},
	} {
		if err := w.Commit(ctx, set); err != nil {
			return err
		}
	}
	if err := s.UpdateUsage(id, func(sess *Session) { sess.Usage.Executions = 3 }); err != nil {
		return err
	}
	if err := s.UpdateSession(ctx, id, func(sess *Session) error {
		sess.Metadata = json.RawMessage(`{"a":"` + m.metadata + `"}`)
		return nil
	}); err != nil {
		return err
	}
	if err := s.PutRecord(ctx, RecordKey{Tenant: "acme", Route: m.route, Key: m.key}, id, []byte(m.record), time.Hour); err != nil {
		return err
	}
	if err := s.PutRecord(ctx, RecordKey{Tenant: "acme", Route: m.route, Key: m.key + "2"}, id, []byte(strings.Repeat(m.record, 100_000)), time.Hour); err != nil {
		return err
	}
	if err := s.CreateKey(ctx, APIKey{ID: "key_" + id, Name: m.keyName, Tenant: "acme", Hash: [32]byte(randomBytes(32))}); err != nil {
		return err
	}
	return s.PutSetting(ctx, "setting", []byte(m.setting))
}

// childMarker plants markers and commits more of them until it is killed.
func childMarker(dir string) error {
	ctx := context.Background()
	s, err := Open(ctx, Config{Dir: dir, MasterKey: testKey, Plaintext: filepath.Base(dir) == "plain"})
	if err != nil {
		return err
	}
	m := newMarkers()
	if err := m.plant(ctx, s, "ses_a"); err != nil {
		return err
	}
	fmt.Println("planted")
	w, err := s.Workspace("ses_a")
	if err != nil {
		return err
	}
	for {
		if err := w.Commit(ctx, []Change{file(m.name, strings.Repeat(m.content, 200_000))}); err != nil {
			return err
		}
	}
}

// TestNoPlaintext looks for what was stored in the bytes of the data
// directory: open, closed, and after kill -9; and finds it when encryption is
// off.
func TestNoPlaintext(t *testing.T) {
	m := newMarkers()
	for _, name := range []string{"sealed", "plain"} {
		t.Run(name, func(t *testing.T) {
			check := func(when, dir string) {
				t.Helper()
				found := grep(t, dir, m.all())
				if name == "sealed" {
					if len(found) > 0 {
						t.Errorf("%s: found %v", when, found)
					}
					return
				}
				for _, marker := range m.stored() {
					if !found[marker] {
						t.Errorf("%s: the search does not find %s, which is there", when, marker)
					}
				}
			}
			dir := filepath.Join(t.TempDir(), name)
			s, err := Open(t.Context(), Config{Dir: dir, MasterKey: testKey, Plaintext: name == "plain"})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := m.plant(t.Context(), s, "ses_a"); err != nil {
				t.Fatal(err)
			}
			check("open", dir)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			check("closed", dir)

			dir = filepath.Join(t.TempDir(), name)
			c := startChild(t, "marker", dir)
			if got := c.line(t); got != "planted" {
				t.Fatal(got)
			}
			time.Sleep(20 * time.Millisecond)
			c.kill()
			check("killed", dir)
		})
	}
}

// attacker has the master key and a copy of the data directory, and opens what
// can be opened.
type attacker struct {
	ring  *ring
	pairs []pair // all that Badger's files hold, versions and deleted ones too
	keys  []*dataKey
}

type pair struct{ key, value []byte }

// attack reads a copy of a data directory. The owners are names that the
// attacker knows or guesses.
func attack(t *testing.T, dir string, master []byte, owners map[string]tagOf) *attacker {
	t.Helper()
	dir = copyDir(t, dir)
	r, err := readRing(dir, master, false)
	if err != nil {
		t.Fatal(err)
	}
	a := &attacker{ring: r}
	// Every slot that opens, under every owner's name.
	b, err := os.ReadFile(filepath.Join(dir, slotsFile))
	if err != nil {
		t.Fatal(err)
	}
	for i := range uint32(len(b) / slotSize) {
		if tg, raw, err := unwrapSlot(r, i, b[i*slotSize:][:slotSize]); err == nil {
			for owner, of := range owners {
				if of(r) == tg {
					a.keys = append(a.keys, useDataKey(raw, owner, false))
				}
			}
		}
	}
	a.keys = append(a.keys, useDataKey([dataKeySize]byte(r.System), "system", false))
	a.readLogs(t, filepath.Join(dir, badgerDir))
	a.readTables(t, dir)
	return a
}

type tagOf func(*ring) tag

// readLogs decrypts the write-ahead and value logs record by record.
func (a *attacker) readLogs(t *testing.T, dir string) {
	registry, err := badger.OpenKeyRegistry(badger.KeyRegistryOptions{Dir: dir, ReadOnly: true, EncryptionKey: a.ring.Badger})
	if err != nil {
		t.Fatal(err)
	}
	var logs []string
	for _, pattern := range []string{"*.mem", "*.vlog"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		logs = append(logs, names...)
	}
	for _, name := range logs {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) < 20 {
			continue
		}
		key, err := registry.DataKey(binary.BigEndian.Uint64(b))
		if err != nil || key == nil {
			t.Fatalf("%s: no data key, %v", name, err)
		}
		for off := 20; off+2 < len(b); {
			n := off + 2
			var lens [3]uint64
			for i := range lens {
				v, k := binary.Uvarint(b[n:])
				if k <= 0 {
					break
				}
				lens[i], n = v, n+k
			}
			end := n + int(lens[0]+lens[1])
			if lens[0] == 0 || end+4 > len(b) {
				break
			}
			iv := make([]byte, aes.BlockSize)
			copy(iv, b[8:20])
			binary.BigEndian.PutUint32(iv[12:], uint32(off))
			kv, err := y.XORBlockAllocate(b[n:end], key.Data, iv)
			if err != nil {
				t.Fatal(err)
			}
			if k := kv[:lens[0]]; len(k) > 8 {
				a.pairs = append(a.pairs, pair{k[:len(k)-8], kv[lens[0]:]})
			}
			off = end + 4
		}
	}
}

// readTables reads every version in Badger's tables, deleted ones too.
func (a *attacker) readTables(t *testing.T, dir string) {
	s := &Store{cfg: Config{Dir: dir}, ring: a.ring, log: zap.NewNop()}
	db, err := badger.Open(s.badgerOptions().WithNumCompactors(0))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	txn := db.NewTransaction(false)
	defer txn.Discard()
	it := txn.NewIterator(badger.IteratorOptions{AllVersions: true, InternalAccess: true})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		value, err := it.Item().ValueCopy(nil)
		if err != nil {
			t.Fatal(err)
		}
		a.pairs = append(a.pairs, pair{it.Item().KeyCopy(nil), value})
	}
}

// open tries every key on every value, in the place its Badger key says, and
// returns all plaintext.
func (a *attacker) open() (plain [][]byte) {
	for _, p := range a.pairs {
		for _, key := range a.keys {
			for _, l := range labels(p) {
				env := p.value
				if l.kind == kindSession {
					env = env[recordHeader:]
				} else if l.kind == kindHead {
					env = env[8:]
				}
				l.last = envelopeLast(env)
				if b, err := key.open(l, env); err == nil {
					plain = append(plain, b)
				}
			}
		}
	}
	return plain
}

// labels returns the labels that a value may have been sealed under.
func labels(p pair) (list []label) {
	rest := p.key[1:]
	_, afterID, _ := bytes.Cut(rest, []byte{0})
	switch p.key[0] {
	case preSession:
		if len(p.value) > recordHeader {
			list = append(list, label{kind: kindSession, name: string(p.value[:recordHeader]), gen: binary.BigEndian.Uint64(p.value)})
		}
	case preHead:
		if len(p.value) > 8 {
			list = append(list, label{kind: kindHead, gen: binary.BigEndian.Uint64(p.value)})
		}
	case preBase, preDelta:
		if len(afterID) == 12 {
			l := label{kind: kindBase, gen: binary.BigEndian.Uint64(afterID), chunk: binary.BigEndian.Uint32(afterID[8:])}
			if p.key[0] == preDelta {
				l.kind = kindDelta
			}
			list = append(list, l)
		}
	case preContent:
		if len(afterID) == 20 {
			for gen := range uint64(10) {
				list = append(list, label{kind: kindContent, name: string(afterID[:16]), gen: gen, chunk: binary.BigEndian.Uint32(afterID[16:])})
			}
		}
	case preRecord:
		list = append(list, label{kind: kindRecordHeader, name: string(p.key[len(p.key)-16:])})
	case preBody:
		if n := len(p.key); n == 1+32+12 {
			list = append(list, label{kind: kindRecord, name: string(p.key[17:33]), gen: binary.BigEndian.Uint64(p.key[33:]), chunk: binary.BigEndian.Uint32(p.key[41:])})
		}
	case preAPIKey:
		list = append(list, apiKeyLabel(string(rest)))
	case preSetting:
		list = append(list, settingLabel(string(rest)))
	}
	return list
}

// TestErased holds erasure to its word against one who has the master key and
// a copy of the directory from any time after.
func TestErased(t *testing.T) {
	ctx := t.Context()
	m := newMarkers()
	dir := t.TempDir()
	s := openAt(t, dir)
	if err := m.plant(ctx, s, "ses_a"); err != nil {
		t.Fatal(err)
	}
	other := newSession(t, s, "ses_b")
	commit(t, other, file("kept", "kept content"))
	owners := map[string]tagOf{
		"tenant acme": func(r *ring) tag { return blind(r.Blind, "tenant key", "acme") },
	}
	for _, id := range []string{"ses_a", "ses_b", "ses_c"} {
		owners["session "+id] = func(r *ring) tag { return blind(r.Blind, "session", id) }
	}
	finds := func(when, dir string) map[string]bool {
		a := attack(t, dir, testKey, owners)
		plain := bytes.Join(a.open(), []byte{'\n'})
		for _, p := range a.pairs {
			plain = append(append(plain, p.key...), p.value...)
		}
		found := map[string]bool{}
		for _, marker := range append(m.session(), m.keyName, "kept content") {
			if bytes.Contains(plain, []byte(marker)) {
				found[marker] = true
			}
		}
		t.Logf("%s: %d keys, %d values, finds %d markers", when, len(a.keys), len(a.pairs), len(found))
		return found
	}
	waitChores(t, s)
	before := finds("before", dir)
	for _, marker := range append(m.session(), "kept content") {
		if !before[marker] {
			t.Errorf("the attack does not find %s while the session lives", marker)
		}
	}

	if err := s.EraseSession(ctx, "ses_a"); err != nil {
		t.Fatal(err)
	}
	check := func(when, dir string) {
		t.Helper()
		found := finds(when, dir)
		for _, marker := range m.session() {
			if found[marker] {
				t.Errorf("%s: the attack finds %s", when, marker)
			}
		}
		if !found["kept content"] || !found[m.keyName] {
			t.Errorf("%s: the attack does not find what was kept", when)
		}
	}
	check("right after", dir)
	waitChores(t, s)
	check("after the purge", dir)
	commit(t, newSession(t, s, "ses_c"), file("x", "new")) // reuses the slot
	check("with another session", dir)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	check("closed", dir)

	s = openAt(t, dir)
	_, err := s.Session("ses_a")
	wantErr(t, err, ErrNotFound)
	_, err = s.Record(RecordKey{Tenant: "acme", Route: m.route, Key: m.key})
	wantErr(t, err, ErrNotFound)
	for _, prefix := range []byte{preSession, preHead, preBase, preDelta, preContent, preLink} {
		for _, key := range keysOf(t, s, prefix) {
			if bytes.Contains(key, []byte("ses_a")) {
				t.Errorf("key %q is left", key)
			}
		}
	}
	if n := countKeys(t, s, preRecord) + countKeys(t, s, preBody); n != 0 {
		t.Errorf("%d records are left", n)
	}
	if list, total, err := s.Sessions("acme", 0, 10); err != nil || total != 2 || len(list) != 2 {
		t.Errorf("sessions %v, %d, %v", list, total, err)
	}
}

// TestErasedInUse erases under the hands of those who use the session.
func TestErasedInUse(t *testing.T) {
	s := openAt(t, t.TempDir())
	w := newSession(t, s, "ses_a")
	commit(t, w, file("a", strings.Repeat("x", 3*chunkSize)))
	v, err := w.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if err := s.UpdateUsage("ses_a", func(sess *Session) { sess.Usage.Fuel = 1 }); err != nil {
		t.Fatal(err)
	}
	if err := s.EraseSession(t.Context(), "ses_a"); err != nil {
		t.Fatal(err)
	}
	_, errRead := v.ReadAll("a")
	_, errSession := s.Session("ses_a")
	_, errLookup := w.Lookup("a")
	errs := map[string]error{
		"snapshot": errRead, "session": errSession, "lookup": errLookup,
		"commit": w.Commit(t.Context(), []Change{file("b", "y")}),
		"update": s.UpdateSession(t.Context(), "ses_a", func(*Session) error { return nil }),
		"usage":  s.UpdateUsage("ses_a", func(*Session) {}),
		"erase":  s.EraseSession(t.Context(), "ses_a"),
		"record": s.PutRecord(t.Context(), RecordKey{Tenant: "acme", Key: "k"}, "ses_a", nil, time.Hour),
	}
	for name, err := range errs {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	waitChores(t, s)
	newSession(t, s, "ses_a") // the id is free again
}

// TestErasureResumed opens a directory as a crash between the steps of an
// erasure leaves it.
func TestErasureResumed(t *testing.T) {
	steps := map[string]func(t *testing.T, s *Store, p publicRecord){
		"noted": func(*testing.T, *Store, publicRecord) {},
		"key overwritten": func(t *testing.T, s *Store, p publicRecord) {
			if err := s.slots.burn(p.slot); err != nil {
				t.Fatal(err)
			}
		},
		"record deleted": func(t *testing.T, s *Store, p publicRecord) {
			if err := s.destroy("ses_a", p); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openAt(t, dir)
			commit(t, newSession(t, s, "ses_a"), file("a", "x"))
			p, err := parseRecordHeader(s.raw(t, recordKeyOf("ses_a")))
			if err != nil {
				t.Fatal(err)
			}
			s.setRaw(t, append(sessionKey(preTodo, "ses_a"), todoErase), []byte{})
			step(t, s, p)
			crashed := openAt(t, copyDir(t, dir))
			_, err = crashed.Session("ses_a")
			wantErr(t, err, ErrNotFound)
			waitChores(t, crashed)
			if keys := keysOf(t, crashed); len(keys) != 0 {
				t.Errorf("left: %q", keys)
			}
			b := make([]byte, slotSize)
			if _, err := crashed.slots.f.ReadAt(b, int64(p.slot)*slotSize); err != nil {
				t.Fatal(err)
			}
			if _, _, err := unwrapSlot(crashed.ring, p.slot, b); !errors.Is(err, ErrNotFound) {
				t.Errorf("the slot still holds a key: %v", err)
			}
		})
	}
}

// TestOrphanSlot frees the slot of a session that a crash kept from being
// written.
func TestOrphanSlot(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	newSession(t, s, "ses_a")
	if _, err := s.tenant("acme", true); err != nil {
		t.Fatal(err)
	}
	if _, err := s.slots.put(s.sessionTag("ses_b"), newDataKey()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, dir)
	for len(s.slots.used()) != 2 {
		time.Sleep(time.Millisecond)
	}
	if _, err := s.Session("ses_a"); err != nil {
		t.Error(err)
	}
	if _, err := s.tenant("acme", false); err != nil {
		t.Error(err)
	}
}

// What fails in the background, as where a disk fails for some time, is tried again
// without a new start.
func TestChoresAgain(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	if err := s.CreateSession(t.Context(), testSession("ses_a", "acme")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // so that it has the session's record no more
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Config{Dir: dir, MasterKey: testKey, retry: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	record := bytes.Clone(s.raw(t, recordKeyOf("ses_a")))
	garbage := contentKey("ses_a", contentID{1})
	note := append(sessionKey(preTodo, "ses_a"), todoSweep)
	s.setRaw(t, garbage, []byte("garbage"))
	s.setRaw(t, note, []byte{0})
	s.setRaw(t, recordKeyOf("ses_a"), []byte("damaged"))
	s.chores.add(chore{key: note, id: "ses_a", sort: todoSweep})
	time.Sleep(10 * time.Millisecond)
	if _, err := s.get(garbage); err != nil {
		t.Fatalf("before: %v", err)
	}
	s.setRaw(t, recordKeyOf("ses_a"), record)
	for {
		if _, err := s.get(garbage); errors.Is(err, ErrNotFound) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
}
