package storage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func ids(list []Session) (ids []string) {
	for _, sess := range list {
		ids = append(ids, sess.ID)
	}
	return ids
}

func TestSessions(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	for i, tenant := range []string{"acme", "bob", "acme", "acme"} {
		sess := testSession(fmt.Sprintf("ses_%d", 9-i), tenant)
		sess.CreatedAt = testTime.Add(time.Duration(i) * time.Millisecond)
		if err := s.CreateSession(t.Context(), sess); err != nil {
			t.Fatal(err)
		}
		if i == 1 { // counted in the middle
			if n, err := s.CountSessions("acme"); n != 1 || err != nil {
				t.Errorf("count %d, %v", n, err)
			}
		}
	}
	wantErr(t, s.CreateSession(t.Context(), testSession("ses_9", "bob")), ErrExists)
	for name, sess := range map[string]Session{"id": testSession("a/b", "acme"), "no id": testSession("", "acme"), "tenant": testSession("x", "")} {
		t.Run("bad "+name, func(t *testing.T) { wantErr(t, s.CreateSession(t.Context(), sess), ErrInvalid) })
	}
	big := testSession("big", "acme")
	big.Metadata = json.RawMessage(`"` + strings.Repeat("x", maxSessionJSON) + `"`)
	wantErr(t, s.CreateSession(t.Context(), big), ErrTooLarge)

	tests := map[string]struct {
		tenant        string
		offset, limit int
		want          []string
		total         int
	}{
		"all of a tenant": {tenant: "acme", limit: 10, want: []string{"ses_9", "ses_7", "ses_6"}, total: 3},
		"a page":          {tenant: "acme", offset: 1, limit: 1, want: []string{"ses_7"}, total: 3},
		"past the end":    {tenant: "acme", offset: 3, limit: 1, total: 3},
		"no tenant's":     {tenant: "nobody", limit: 10},
		"everything":      {limit: 10, want: []string{"ses_9", "ses_8", "ses_7", "ses_6"}, total: 4},
	}
	for range 2 {
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				list, total, err := s.Sessions(tt.tenant, tt.offset, tt.limit)
				if err != nil || total != tt.total || !slices.Equal(ids(list), tt.want) {
					t.Errorf("%v, %d, %v", ids(list), total, err)
				}
				if n, err := s.CountSessions(tt.tenant); n != tt.total || err != nil {
					t.Errorf("count %d, %v", n, err)
				}
			})
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openAt(t, dir)
	}
	if err := s.EraseSession(t.Context(), "ses_7"); err != nil {
		t.Fatal(err)
	}
	if n, err := s.CountSessions("acme"); n != 2 || err != nil {
		t.Errorf("count after an erasure %d, %v", n, err)
	}
}

func TestUpdateSession(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	newSession(t, s, "ses_a")
	fail := errors.New("no")
	if err := s.UpdateSession(t.Context(), "ses_a", func(sess *Session) error { sess.Usage.Fuel = 9; return fail }); err != fail {
		t.Errorf("error %v", err)
	}
	want, err := s.Session("ses_a")
	if err != nil {
		t.Fatal(err)
	}
	err = s.UpdateSession(t.Context(), "ses_a", func(sess *Session) error {
		sess.ID, sess.Tenant, sess.CreatedAt = "x", "y", time.Time{} // ignored
		sess.ExpiresAt = testTime.Add(2 * time.Hour)
		sess.Metadata = json.RawMessage(`{"b":1}`)
		sess.Limits.CPU = 2
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want.ExpiresAt, want.Metadata, want.Limits.CPU = testTime.Add(2*time.Hour), json.RawMessage(`{"b":1}`), 2
	// Buffered: seen at once, and there after Close.
	if err := s.UpdateUsage("ses_a", func(sess *Session) {
		sess.Usage.CPUMs += 1.5
		sess.Usage.Executions++
		sess.LastActive = testTime.Add(time.Minute)
		sess.Metadata = nil // ignored
	}); err != nil {
		t.Fatal(err)
	}
	want.Usage.CPUMs, want.Usage.Executions, want.LastActive = 1.5, 1, testTime.Add(time.Minute)
	for range 2 {
		got, err := s.Session("ses_a")
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v, want %v (%v)", got, want, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openAt(t, dir)
	}
	wantErr(t, s.UpdateSession(t.Context(), "ses_b", func(*Session) error { return nil }), ErrNotFound)
}

func TestExpired(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	for id, after := range map[string]time.Duration{"ses_2": 2 * time.Hour, "ses_1": time.Hour, "ses_3": 3 * time.Hour} {
		sess := testSession(id, "acme")
		sess.ExpiresAt = testTime.Add(after)
		if err := s.CreateSession(t.Context(), sess); err != nil {
			t.Fatal(err)
		}
	}
	never := testSession("ses_never", "acme")
	never.ExpiresAt = time.Time{}
	if err := s.CreateSession(t.Context(), never); err != nil {
		t.Fatal(err)
	}
	if err := s.UpdateSession(t.Context(), "ses_3", func(sess *Session) error {
		sess.ExpiresAt = testTime.Add(time.Minute)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		after time.Duration
		max   int
		want  []string
	}{
		"none":         {after: 0, max: 10},
		"not early":    {after: time.Hour - time.Nanosecond, max: 10, want: []string{"ses_3"}},
		"due":          {after: time.Hour + time.Millisecond, max: 10, want: []string{"ses_3", "ses_1"}},
		"all that are": {after: 99999 * time.Hour, max: 10, want: []string{"ses_3", "ses_1", "ses_2"}},
		"bounded":      {after: 99999 * time.Hour, max: 1, want: []string{"ses_3"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := s.Expired(testTime.Add(tt.after), tt.max)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("%v, %v; want %v", got, err, tt.want)
			}
		})
	}
}

// What is in the index of times alone ends no session, and does not stay there:
// who erases until nothing is due would go on for ever.
func TestExpiredStale(t *testing.T) {
	s := openAt(t, t.TempDir())
	newSession(t, s, "ses_a") // expires after an hour
	at := testTime.Add(time.Minute).UnixMilli()
	if err := s.write(entry{key: expiryKey(at, "ses_a")}, entry{key: expiryKey(at, "ses_gone")}); err != nil {
		t.Fatal(err)
	}
	now := testTime.Add(2 * time.Minute)
	if ids, err := s.Expired(now, 10); err != nil || len(ids) != 0 {
		t.Errorf("%v, %v", ids, err)
	}
	if n := countKeys(t, s, preExpiry); n != 1 {
		t.Errorf("%d times are in the index", n)
	}
	if ids, err := s.Expired(testTime.Add(time.Hour+time.Millisecond), 10); err != nil || !slices.Equal(ids, []string{"ses_a"}) {
		t.Errorf("%v, %v", ids, err)
	}
}

// A session that got more time after it was found to be due lives on.
func TestEraseExpired(t *testing.T) {
	s := openAt(t, t.TempDir())
	newSession(t, s, "ses_a")
	due := testTime.Add(time.Hour)
	if err := s.UpdateSession(t.Context(), "ses_a", func(sess *Session) error {
		sess.ExpiresAt = due.Add(time.Second)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	wantErr(t, s.EraseExpired(t.Context(), "ses_a", due), ErrNotDue)
	if _, err := s.Session("ses_a"); err != nil {
		t.Error(err)
	}
	if err := s.EraseExpired(t.Context(), "ses_a", due.Add(2*time.Second)); err != nil {
		t.Error(err)
	}
	_, err := s.Session("ses_a")
	wantErr(t, err, ErrNotFound)
}

func TestIdleSessionsLeaveMemory(t *testing.T) {
	s := openAt(t, t.TempDir())
	for i := range maxIdle + 50 {
		newSession(t, s, fmt.Sprintf("ses_%d", i))
	}
	if n := len(s.live.byID); n > maxIdle {
		t.Errorf("%d sessions in memory, want at most %d", n, maxIdle)
	}
	if _, err := s.Session("ses_0"); err != nil {
		t.Error(err)
	}
}

func TestAPIKeys(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	now := testTime
	cfg := Config{Dir: dir, MasterKey: testKey, Now: func() time.Time { return now }}
	s, err := Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { s.Close() }()
	hash := func(b byte) (h [HashSize]byte) { copy(h[:], bytes.Repeat([]byte{b}, HashSize)); return h }
	k := APIKey{ID: "k1", Name: "n", Tenant: "acme", Hash: hash(1), CreatedAt: now, ExpiresAt: now.Add(24 * time.Hour)}
	if err := s.CreateKey(ctx, k); err != nil {
		t.Fatal(err)
	}
	wantErr(t, s.CreateKey(ctx, k), ErrExists)
	wantErr(t, s.CreateKey(ctx, APIKey{ID: "k2", Tenant: "acme", Hash: hash(1)}), ErrExists)
	wantErr(t, s.CreateKey(ctx, APIKey{ID: "k 2", Tenant: "acme", Hash: hash(2)}), ErrInvalid)
	if _, err := s.RotateKey(ctx, "k1", hash(2), now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RotateKey(ctx, "k1", hash(3), now.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RotateKey(ctx, "k1", hash(5), now.Add(90*time.Minute)); err != nil {
		t.Fatal(err)
	}
	_, err = s.RotateKey(ctx, "k1", hash(1), time.Time{})
	wantErr(t, err, ErrExists)
	_, err = s.RotateKey(ctx, "k9", hash(9), time.Time{})
	wantErr(t, err, ErrNotFound)
	s.TouchKey("k1", now.Add(time.Second))
	s.TouchKey("k9", now)
	tests := map[string]struct {
		hash  byte
		after time.Duration
		err   error
	}{
		"the current one":          {hash: 5},
		"within its grace":         {hash: 1, after: time.Hour - 1},
		"after its grace":          {hash: 1, after: time.Hour, err: ErrNotFound},
		"within a later, shorter":  {hash: 2, after: 90*time.Minute - 1},
		"after a later, shorter":   {hash: 2, after: 90 * time.Minute, err: ErrNotFound},
		"unknown":                  {hash: 4, err: ErrNotFound},
		"expired":                  {hash: 5, after: 24 * time.Hour, err: ErrNotFound},
		"expired within its grace": {hash: 1, after: 24 * time.Hour, err: ErrNotFound},
	}
	for range 2 {
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				got, err := s.KeyByHash(hash(tt.hash), now.Add(tt.after))
				wantErr(t, err, tt.err)
				if err == nil && (got.ID != "k1" || !got.LastUsed.Equal(now.Add(time.Second))) {
					t.Errorf("key %+v", got)
				}
			})
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if s, err = Open(ctx, cfg); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.DeleteKey(ctx, "k1"); err != nil {
		t.Fatal(err)
	}
	wantErr(t, s.DeleteKey(ctx, "k1"), ErrNotFound)
	_, err = s.KeyByHash(hash(3), now)
	wantErr(t, err, ErrNotFound)
	if list, err := s.Keys(); err != nil || len(list) != 0 {
		t.Errorf("keys %v, %v", list, err)
	}
}

// A key whose revocation did not reach the disk can be revoked again, and is gone
// after the next start.
func TestDeleteKeyAgain(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	k := APIKey{ID: "key_a", Tenant: "acme", Hash: [HashSize]byte{1}}
	if err := s.CreateKey(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	s.keys.set(k.ID, nil) // as far as a disk that fails lets it come
	if err := s.DeleteKey(t.Context(), k.ID); err != nil {
		t.Error(err)
	}
	wantErr(t, s.DeleteKey(t.Context(), k.ID), ErrNotFound)
	wantErr(t, s.DeleteKey(t.Context(), "no/key"), ErrNotFound)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := openAt(t, dir).KeyByHash(k.Hash, testTime)
	wantErr(t, err, ErrNotFound)
}

func TestSetting(t *testing.T) {
	s := openAt(t, t.TempDir())
	_, err := s.Setting("root")
	wantErr(t, err, ErrNotFound)
	for _, v := range []string{"one", "two"} {
		if err := s.PutSetting(t.Context(), "root", []byte(v)); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Setting("root"); err != nil || string(got) != v {
			t.Errorf("setting %q, %v", got, err)
		}
	}
	wantErr(t, s.PutSetting(t.Context(), "", nil), ErrInvalid)
	wantErr(t, s.PutSetting(t.Context(), "big", make([]byte, maxSetting+1)), ErrTooLarge)
}
