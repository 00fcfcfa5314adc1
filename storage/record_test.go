package storage

import (
	"bytes"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestRecords(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	start := time.Now()
	var after atomic.Int64 // the store's goroutines read the clock, too
	cfg := Config{Dir: dir, MasterKey: testKey, Now: func() time.Time { return start.Add(time.Duration(after.Load())) }}
	s, err := Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { s.Close() }()
	newSession(t, s, "ses_a")
	key := func(k string) RecordKey { return RecordKey{Tenant: "acme", Route: "/run", Key: k} }
	big := strings.Repeat("0123456789", 500_000)
	puts := []struct {
		key     RecordKey
		session string
		data    string
		ttl     time.Duration
	}{
		{key: key("small"), data: "1", ttl: time.Hour},
		{key: key("empty"), ttl: time.Hour},
		{key: key("big"), data: big, ttl: time.Hour},
		{key: key("bound"), session: "ses_a", data: "3", ttl: time.Hour},
		{key: key("replaced"), data: big[:100_000], ttl: time.Hour},
		{key: key("replaced"), data: "5", ttl: 2 * time.Hour},
		{key: RecordKey{Tenant: "bob", Route: "/run", Key: "small"}, data: "6", ttl: time.Hour},
	}
	for _, p := range puts {
		if err := s.PutRecord(ctx, p.key, p.session, []byte(p.data), p.ttl); err != nil {
			t.Fatal(err)
		}
	}
	wantErr(t, s.PutRecord(ctx, key("x"), "ses_z", nil, time.Hour), ErrNotFound)
	wantErr(t, s.PutRecord(ctx, key("x"), "", make([]byte, MaxRecord+1), time.Hour), ErrTooLarge)
	wantErr(t, s.PutRecord(ctx, key("x"), "", nil, 0), ErrInvalid)
	tests := map[string]struct {
		key   RecordKey
		after time.Duration
		want  string
		err   error
	}{
		"small":          {key: key("small"), want: "1"},
		"empty":          {key: key("empty")},
		"big":            {key: key("big"), want: big},
		"session's":      {key: key("bound"), want: "3"},
		"replaced":       {key: key("replaced"), want: "5"},
		"another tenant": {key: RecordKey{Tenant: "bob", Route: "/run", Key: "small"}, want: "6"},
		"another route":  {key: RecordKey{Tenant: "acme", Route: "/ru", Key: "nsmall"}, err: ErrNotFound},
		"unknown tenant": {key: RecordKey{Tenant: "eve", Route: "/run", Key: "small"}, err: ErrNotFound},
		"expired":        {key: key("small"), after: time.Hour, err: ErrNotFound},
		"not expired":    {key: key("replaced"), after: time.Hour, want: "5"},
	}
	for range 2 {
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				after.Store(int64(tt.after))
				got, err := s.Record(tt.key)
				wantErr(t, err, tt.err)
				if string(got) != tt.want {
					t.Errorf("%d bytes, want %d", len(got), len(tt.want))
				}
			})
		}
		after.Store(0)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if s, err = Open(ctx, cfg); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := countKeys(t, s, preBody), 1+1+77+1+1+1; got != want {
		t.Errorf("%d chunks of records, want %d", got, want)
	}
}

// TestRecordsBounded fills a tenant's shelf by size, across a restart.
func TestRecordsBounded(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	data := bytes.Repeat([]byte{'x'}, MaxRecordBytes/4)
	key := func(i int) RecordKey { return RecordKey{Tenant: "acme", Key: fmt.Sprint(i)} }
	for i := range 6 {
		if i == 3 {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openAt(t, dir)
		}
		if err := s.PutRecord(t.Context(), key(i), "", data, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 6 {
		got, err := s.Record(key(i))
		if i < 2 {
			wantErr(t, err, ErrNotFound)
		} else if err != nil || !bytes.Equal(got, data) {
			t.Errorf("record %d: %d bytes, %v", i, len(got), err)
		}
	}
	if got, want := countKeys(t, s, preBody), MaxRecordBytes/chunkSize; got != want {
		t.Errorf("%d chunks of records, want %d", got, want)
	}
}

func TestShelf(t *testing.T) {
	now := testTime
	put := func(sh *shelf, name byte, size int64, expires time.Time) string {
		var dropped string
		for _, d := range sh.put(slip{name: tag{name}, size: size, expires: expires}, 3, 100, now) {
			dropped += string(rune(d.name[0]))
		}
		return dropped
	}
	sh := &shelf{}
	steps := []struct {
		name    byte
		size    int64
		expires time.Time
		dropped string
	}{
		{name: 'a', size: 10, expires: now.Add(time.Hour)},
		{name: 'b', size: 10},
		{name: 'a', size: 20, expires: now, dropped: "a"},
		{name: 'c', size: 10},
		{name: 'd', size: 10, dropped: "ba"}, // one over, then one expired
		{name: 'e', size: 95, dropped: "cd"},
		{name: 'f', size: 200, dropped: "e"}, // over by itself, yet kept
		{name: 'g', size: 1, dropped: "f"},
	}
	for i, st := range steps {
		if got := put(sh, st.name, st.size, st.expires); got != st.dropped {
			t.Errorf("step %d dropped %q, want %q", i, got, st.dropped)
		}
	}
	if sh.bytes != 1 || sh.order.Len() != 1 || len(sh.items) != 1 {
		t.Errorf("%d bytes, %d and %d items", sh.bytes, sh.order.Len(), len(sh.items))
	}
}
