package storage_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/api"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/session"
	"github.com/buntime/buntime/storage"
)

const rootKey = "btk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// product is a server on a data directory, without TypeScript.
type product struct {
	t     *testing.T
	url   string
	store *storage.Store
	close func()
}

func serve(t *testing.T, engine *jsengine.Engine, dir string, master []byte, now func() time.Time) *product {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	store, err := storage.Open(t.Context(), storage.Config{Dir: dir, MasterKey: master, Now: now})
	check(err)
	keys, _, err := session.OpenKeys(t.Context(), store, rootKey, now)
	check(err)
	sessions, err := session.New(session.Config{Store: store, Engine: engine, Now: now})
	check(err)
	server, err := api.New(api.Config{Sessions: sessions, Keys: keys, Store: store, Now: now})
	check(err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	p := &product{t: t, url: "http://" + ln.Addr().String() + "/api", store: store}
	p.close = func() {
		t.Helper()
		http.DefaultClient.CloseIdleConnections()
		check(sessions.Close(context.Background()))
		check(server.Shutdown(context.Background()))
		check(<-served)
		check(store.Close())
	}
	return p
}

// do sends a request, which must succeed, and returns its answer.
func (p *product) do(method, path, idempotency, body string) map[string]any {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+rootKey)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if idempotency != "" {
		req.Header.Set("Idempotency-Key", idempotency)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		p.t.Fatalf("%s %s: %d %s %v", method, path, resp.StatusCode, b, err)
	}
	var v map[string]any
	if err := json.Unmarshal(b, &v); err != nil {
		p.t.Fatal(err)
	}
	return v
}

// plant makes a session and puts a text with its mark wherever a client or a
// guest can put data that lasts.
func (p *product) plant(mark string) (id string, texts []string) {
	p.t.Helper()
	text := func(place string) string {
		s := mark + "-" + place + "-Hq8"
		texts = append(texts, s)
		return s
	}
	id, _ = p.do("POST", "/sessions/create", "", fmt.Sprintf(`{"ttl": 300, "metadata": {"m": %q}, "egress": {"allow": [%q]}}`,
		text("metadata"), strings.ToLower(mark)+"-egress-hq8.example"))["sessionId"].(string)
	texts = append(texts, strings.ToLower(mark)+"-egress-hq8.example")
	run := func(idempotency, code string) {
		p.do("POST", "/execute", idempotency, fmt.Sprintf(`{"sessionId": %q, "code": %q, "language": "js"}`, id, code))
	}
	run("k-"+mark, `import fs from 'node:fs'
		fs.mkdirSync('`+text("folder")+`')
		fs.writeFileSync('`+text("name")+`', '`+text("content")+`')
		fs.writeFileSync('big', '`+text("large")+`\n'.repeat(50000))
		fs.symlinkSync('`+text("target")+`', 'link')
		console.log('`+text("stdout")+`'); export default '`+text("result")+`'`)
	run("", `import fs from 'node:fs'
		fs.renameSync('`+mark+`-name-Hq8', '`+text("renamed")+`'); fs.appendFileSync('big', '`+text("appended")+`'); fs.writeFileSync('gone', '`+text("gone")+`')`)
	run("", `import fs from 'node:fs'; fs.unlinkSync('gone')`)
	p.do("POST", "/files/write", "w-"+mark, fmt.Sprintf(`{"sessionId": %q, "path": %q, "content": %q}`, id, text("written"), text("bytes")))
	return id, texts
}

// After DELETE, and after an expiry, nothing of a session can be read by one who
// has the master key and a copy of the data directory of any time after, though
// the same attack reads all of it before (I9).
func TestDeletedForGood(t *testing.T) {
	engine, err := jsengine.Open(t.Context(), jsengine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	master := bytes.Repeat([]byte{7}, storage.MasterKeySize)
	dir := t.TempDir()
	p := serve(t, engine, dir, master, nil)
	deleted, deletedTexts := p.plant("Deleted")
	expired, expiredTexts := p.plant("Expired")
	missing := func(when string, texts []string) (missing []string) {
		t.Helper()
		read := storage.Attack(t, dir, master, "root", deleted, expired)
		for _, s := range texts {
			if !bytes.Contains(read, []byte(s)) {
				missing = append(missing, s)
			}
		}
		t.Logf("%s: %d bytes read, %d of %d texts missing", when, len(read), len(missing), len(texts))
		return missing
	}
	for _, texts := range [][]string{deletedTexts, expiredTexts} {
		if m := missing("before", texts); len(m) > 0 {
			t.Errorf("the attack does not find %v while the session lives", m)
		}
	}
	p.do("DELETE", "/sessions/"+deleted, "", "")
	none := func(when string, texts []string) {
		t.Helper()
		if m := missing(when, texts); len(m) != len(texts) {
			t.Errorf("%s: of %v only %v are unreadable", when, texts, m)
		}
	}
	none("right after DELETE", deletedTexts)
	if m := missing("after the DELETE of another", expiredTexts); len(m) > 0 {
		t.Errorf("%v went with another session", m)
	}
	p.close()
	none("after a stop", deletedTexts)

	p = serve(t, engine, dir, master, func() time.Time { return time.Now().Add(400 * time.Second) })
	for {
		if _, err := p.store.Session(expired); errors.Is(err, storage.ErrNotFound) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	none("after the sweep", expiredTexts)
	none("after the sweep", deletedTexts)
	p.close()
	none("at the end", append(expiredTexts, deletedTexts...))
}

// Expired sessions that cannot be erased hold up no other.
func TestSweepPastDamage(t *testing.T) {
	engine, err := jsengine.Open(t.Context(), jsengine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	store, err := storage.Open(t.Context(), storage.Config{Dir: t.TempDir(), MasterKey: bytes.Repeat([]byte{7}, storage.MasterKeySize)})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	start := time.Now()
	create := func(id string, expires time.Duration) {
		t.Helper()
		if err := store.CreateSession(t.Context(), storage.Session{ID: id, Tenant: "acme", CreatedAt: start, ExpiresAt: start.Add(expires)}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 150 {
		id := fmt.Sprintf("ses_damaged%03d", i)
		create(id, time.Minute)
		storage.Damage(t, store, id)
	}
	create("ses_whole", time.Hour)
	sessions, err := session.New(session.Config{Store: store, Engine: engine, Sweep: time.Hour, Now: func() time.Time { return start.Add(2 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := store.Session("ses_whole"); errors.Is(err, storage.ErrNotFound) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	if err := sessions.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
