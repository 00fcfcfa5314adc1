package storage

import (
	"bytes"
	"testing"
)

// FuzzTable decodes file tables: what is accepted is made of valid paths and
// encodes to the same again.
func FuzzTable(f *testing.F) {
	b := []byte{tableVersion}
	b = appendPut(b, &node{Entry: Entry{Path: "a/b", Kind: KindFile, Mode: 0o644, Size: 3, Modified: testTime}, gen: 7})
	b = appendPut(b, &node{Entry: Entry{Path: "d", Kind: KindDir, Mode: 0o755}})
	b = appendPut(b, &node{Entry: Entry{Path: "l", Kind: KindSymlink, Target: "../x"}})
	f.Add(appendRemove(b, "a"))
	f.Add([]byte{tableVersion, opPut, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		again := []byte{tableVersion}
		e := new(tree).edit()
		if err := decodeTable(b, func(n *node) {
			again = appendPut(again, n)
			e.put(n)
		}, func(path string) {
			again = appendRemove(again, path)
			e.remove(path)
		}); err != nil {
			return
		}
		e.from("", func(n *node) bool {
			if validPath(n.Path) != nil {
				t.Errorf("path %q", n.Path)
			}
			return true
		})
		var third []byte
		third = append(third, tableVersion)
		if err := decodeTable(again, func(n *node) { third = appendPut(third, n) }, func(path string) { third = appendRemove(third, path) }); err != nil || !bytes.Equal(again, third) {
			t.Errorf("%x decodes to %x: %v", again, third, err)
		}
	})
}

func FuzzSpans(f *testing.F) {
	f.Add(appendSpans(nil, []span{{from: []byte("a")}, {from: []byte("b"), to: []byte("c")}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := decodeSpans(b)
		if err != nil {
			return
		}
		again, err := decodeSpans(appendSpans(nil, list))
		if err != nil || len(again) != len(list) {
			t.Errorf("%d ranges, then %d: %v", len(list), len(again), err)
		}
	})
}

func FuzzHead(f *testing.F) {
	f.Add(uint64(3), make([]byte, 1+5*8+32))
	f.Fuzz(func(t *testing.T, gen uint64, b []byte) {
		if h, err := decodeHead(gen, b); err == nil && (h.base > h.gen || h.files < 0 || h.bytes < 0) {
			t.Errorf("head %+v", h)
		}
	})
}

func FuzzRecordInfo(f *testing.F) {
	f.Add(recordInfo{set: 1, size: 2, expires: 3, session: "ses_a"}.marshal())
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := decodeRecordInfo(b); err == nil && !bytes.Equal(r.marshal(), b) {
			t.Errorf("%x decodes to %+v", b, r)
		}
	})
}

// FuzzRing and FuzzSlot give hostile files to a holder of the right keys.
func FuzzRing(f *testing.F) {
	good, err := newRing(false).marshal(testKey)
	if err != nil {
		f.Fatal(err)
	}
	plain, err := newRing(true).marshal(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, false)
	f.Add(plain, true)
	f.Fuzz(func(t *testing.T, b []byte, plain bool) {
		if r, err := parseRing(b, testKey, plain); err == nil && len(r.Wraps[r.Wrap]) != 32 {
			t.Error("a ring without its key")
		}
	})
}

func FuzzSlot(f *testing.F) {
	r := newRing(false)
	f.Add(wrapSlot(r, 3, tag{1}, newDataKey()))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, _, err := unwrapSlot(r, 4, b); err == nil {
			t.Error("a slot opens in another's place")
		}
	})
}

func FuzzSession(f *testing.F) {
	key := useDataKey(newDataKey(), "session a", false)
	r := &record{Session: testSession("a", "acme"), slot: 1, gen: 2}
	good, err := r.marshal(key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := parseRecord("a", b, key); err == nil && !bytes.Equal(b, good) {
			t.Error("a forged record opens")
		}
		_, _ = parseHead(b, key)
	})
}

func FuzzMasterKey(f *testing.F) {
	f.Add("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=")
	f.Fuzz(func(t *testing.T, text string) {
		if key, err := ParseMasterKey(text); err == nil && len(key) != MasterKeySize {
			t.Errorf("a key of %d bytes", len(key))
		}
	})
}

func FuzzPath(f *testing.F) {
	f.Add("a/b", "l")
	f.Fuzz(func(t *testing.T, a, b string) {
		if validPath(a) == nil && validPath(b) == nil {
			e := new(tree).edit()
			e.put(&node{Entry: Entry{Path: a}})
			e.put(&node{Entry: Entry{Path: b}})
			if e.get(a) == nil || e.get(b) == nil {
				t.Errorf("%q and %q", a, b)
			}
		}
	})
}
