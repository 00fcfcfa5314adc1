package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/session"
)

type sessionConfig = session.Config

func TestKeys(t *testing.T) {
	s := newServer(t, options{})
	r := s.do("POST", "/keys", `{"name":"ci","tenant":"acme","expiresAt":"2999-01-02T03:04:05Z"}`)
	s.want(r, 200, "")
	s.fields(r, "", "id", "key", "name", "tenant", "createdAt", "expiresAt", "lastUsed")
	first, id := r.str("key"), r.str("id")
	if !secret.MatchString(first) || r.str("tenant") != "acme" || r.str("name") != "ci" || r.str("expiresAt") != "2999-01-02T03:04:05.000Z" {
		t.Errorf("got %s", r)
	}
	s.clock.advance(time.Millisecond) // the list is in order of creation, to the millisecond
	other := s.do("POST", "/keys", `{"name":"own"}`)
	if tenant := other.str("tenant"); !strings.HasPrefix(tenant, "ten_") || other.get("expiresAt") != nil {
		t.Errorf("got %s", other)
	}
	works := func(key string) bool { return s.do("GET", "/sessions", nil, "key", key).status == 200 }
	if !works(first) {
		t.Error("a new key does not work")
	}

	list := s.do("GET", "/keys", nil)
	s.want(list, 200, "")
	if bytes.Contains(list.body, []byte("btk_")) || len(list.get("keys").([]any)) != 2 {
		t.Errorf("got %s", list)
	}
	if k := list.get("keys").([]any)[0].(map[string]any); k["id"] != id || k["lastUsed"] == nil || k["key"] != nil {
		t.Errorf("got %v", k)
	}

	// Rotation at once, then with grace.
	rot := s.do("POST", "/keys/"+id+"/rotate", nil)
	s.want(rot, 200, "")
	second := rot.str("key")
	if rot.str("id") != id || !secret.MatchString(second) || second == first {
		t.Errorf("got %s", rot)
	}
	if works(first) || !works(second) {
		t.Errorf("after rotation: first %v, second %v", works(first), works(second))
	}
	third := s.do("POST", "/keys/"+id+"/rotate", `{"graceSeconds":60}`).str("key")
	if !works(second) || !works(third) {
		t.Error("a secret does not work in its grace time")
	}
	s.clock.advance(61 * time.Second)
	if works(second) || !works(third) {
		t.Error("after the grace time")
	}
	for body, field := range map[string]string{
		`{"graceSeconds":-1}`: "graceSeconds", `{"graceSeconds":86401}`: "graceSeconds", `{"graceSeconds":"1"}`: "graceSeconds", `{"grace":1}`: "grace",
	} {
		r := s.do("POST", "/keys/"+id+"/rotate", body)
		s.want(r, 400, "invalid_request")
		if r.str("error.details.field") != field {
			t.Errorf("%s: %s", body, r)
		}
	}
	s.want(s.do("POST", "/keys/"+id+"/rotate", `{"graceSeconds":86400}`), 200, "")
	if !works(third) {
		t.Error("a secret does not work in its grace time of a day")
	}
	s.want(s.do("POST", "/keys/"+id+"/rotate", `{"graceSeconds":0}`), 200, "")
	if works(third) {
		t.Error("a secret works after a rotation without grace that followed its own")
	}

	// A key's sessions stay when it is rotated, and when it is gone.
	fourth := s.do("POST", "/keys/"+id+"/rotate", nil).str("key")
	ses := s.create("key", fourth)
	d := s.do("DELETE", "/keys/"+id, nil)
	s.want(d, 200, "")
	if works(fourth) {
		t.Error("a deleted key works")
	}
	s.want(s.do("DELETE", "/keys/"+id, nil), 404, "not_found")
	s.want(s.do("POST", "/keys/"+id+"/rotate", nil), 404, "not_found")
	again, _ := s.key("acme")
	s.want(s.do("GET", "/sessions/"+ses, nil, "key", again), 200, "")
	s.want(s.do("GET", "/sessions/"+ses, nil, "key", other.str("key")), 404, "session_not_found")
}

func TestKeyExpires(t *testing.T) {
	s := newServer(t, options{})
	at := s.clock.now().Add(time.Hour).UTC().Format(time.RFC3339)
	key := s.do("POST", "/keys", map[string]any{"name": "n", "expiresAt": at}).str("key")
	s.want(s.do("GET", "/sessions", nil, "key", key), 200, "")
	s.clock.advance(2 * time.Hour)
	s.want(s.do("GET", "/sessions", nil, "key", key), 401, "unauthorized")
}

func TestUnauthorized(t *testing.T) {
	s := newServer(t, options{})
	key, _ := s.key("t")
	for name, headers := range map[string][]string{
		"none":            {"key", ""},
		"unknown":         {"key", "btk_" + strings.Repeat("A", 43)},
		"short":           {"key", key[:46]},
		"long":            {"key", key + "A"},
		"other case":      {"key", strings.ToUpper(key)},
		"prefix missing":  {"key", key[4:]},
		"scheme":          {"key", "", "Authorization", "Basic " + key},
		"no scheme":       {"key", "", "Authorization", key},
		"empty bearer":    {"key", "", "Authorization", "Bearer "},
		"two that differ": {"key", key, "Authorization", "Bearer " + rootKey},
		"root, almost":    {"key", rootKey + "x"},
	} {
		r := s.do("GET", "/sessions", nil, headers...)
		s.want(r, 401, "unauthorized")
		if r.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: no WWW-Authenticate", name)
		}
		if strings.Contains(string(r.body), key[4:]) {
			t.Errorf("%s: the key is in %s", name, r)
		}
	}
	for name, headers := range map[string][]string{
		"X-API-Key": {"key", key}, "Bearer": {"key", "", "Authorization", "Bearer " + key},
		"bearer": {"key", "", "Authorization", "bearer " + key}, "both": {"key", key, "Authorization", "Bearer " + key},
	} {
		if r := s.do("GET", "/sessions", nil, headers...); r.status != 200 {
			t.Errorf("%s: %s", name, r)
		}
	}
	// What needs the root key.
	for _, tt := range [][2]string{{"POST", "/keys"}, {"GET", "/keys"}, {"DELETE", "/keys/x"}, {"POST", "/keys/x/rotate"}, {"GET", "/metrics"}} {
		s.want(s.do(tt[0], tt[1], nil, "key", key), 403, "forbidden")
	}
}

// Requests that no key vouches for must come from our own origin.
func TestCSRFOverHTTP(t *testing.T) {
	s := newServer(t, options{})
	key, _ := s.key("t")
	evil, own := "http://evil.example", s.url
	for name, tt := range map[string]struct {
		method  string
		headers []string
		status  int
		code    string
	}{
		"GET without a key":             {"GET", []string{"key", ""}, 401, "unauthorized"},
		"no key, no origin":             {"POST", []string{"key", ""}, 403, "forbidden"},
		"no key, evil origin":           {"POST", []string{"key", "", "Origin", evil}, 403, "forbidden"},
		"no key, own origin":            {"POST", []string{"key", "", "Origin", own}, 401, "unauthorized"},
		"no key, internal":              {"POST", []string{"key", "", "X-Buntime-Internal", "true"}, 401, "unauthorized"},
		"bad key, no origin":            {"POST", []string{"key", "btk_x"}, 401, "unauthorized"},
		"bad key, evil origin":          {"POST", []string{"key", "btk_x", "Origin", evil}, 403, "forbidden"},
		"bad key, own origin":           {"POST", []string{"key", "btk_x", "Origin", own}, 401, "unauthorized"},
		"good key, no origin":           {"POST", []string{"key", key}, 200, ""},
		"good key, evil origin":         {"POST", []string{"key", key, "Origin", evil}, 200, ""},
		"an origin cannot be the key":   {"POST", []string{"key", "", "Origin", own, "Cookie", "key=" + key}, 401, "unauthorized"},
		"null origin":                   {"POST", []string{"key", "", "Origin", "null"}, 403, "forbidden"},
		"credentials in a right origin": {"POST", []string{"key", "", "Origin", "http://u:p@" + s.addr}, 403, "forbidden"},
	} {
		t.Run(name, func(t *testing.T) {
			s := *s
			s.t = t
			path := "/sessions/create"
			if tt.method == "GET" {
				path = "/sessions"
			}
			s.want(s.do(tt.method, path, nil, tt.headers...), tt.status, tt.code)
		})
	}
}

// To another tenant nothing of a session exists.
func TestTenants(t *testing.T) {
	s := newServer(t, options{})
	mine, _ := s.key("mine")
	theirs, _ := s.key("theirs")
	id := s.create("key", mine)
	s.want(s.do("PUT", "/files/write?sessionId="+id+"&path=f", "secret", "key", mine), 200, "")
	for _, tt := range []struct {
		method, path string
		body         any
	}{
		{"GET", "/sessions/" + id, nil},
		{"HEAD", "/sessions/" + id, nil},
		{"PATCH", "/sessions/" + id, `{"ttl":300}`},
		{"DELETE", "/sessions/" + id, nil},
		{"POST", "/execute", `{"sessionId":"` + id + `","code":""}`},
		{"POST", "/files/write", `{"sessionId":"` + id + `","path":"f","content":""}`},
		{"PUT", "/files/write?sessionId=" + id + "&path=f", "x"},
		{"GET", "/files/read?sessionId=" + id + "&path=f", nil},
		{"GET", "/files/list?sessionId=" + id, nil},
		{"DELETE", "/files?sessionId=" + id + "&path=f", nil},
	} {
		r := s.do(tt.method, tt.path, tt.body, "key", theirs)
		// The same answer as for a session that never was.
		none := s.do(tt.method, strings.ReplaceAll(tt.path, id, "ses_aaaaaaaaaaaaaaaaaaaa"), replace(tt.body, id), "key", theirs)
		if tt.method == "HEAD" {
			if r.status != 404 {
				t.Errorf("HEAD: %d", r.status)
			}
			continue
		}
		s.want(r, 404, "session_not_found")
		if r.str("error.message") != none.str("error.message") || none.status != 404 {
			t.Errorf("%s %s tells that the session exists: %s, %s", tt.method, tt.path, r, none)
		}
	}
	if r := s.do("GET", "/sessions", nil, "key", theirs); r.get("total") != 0. {
		t.Errorf("got %s", r)
	}
	if r := s.do("GET", "/sessions", nil); r.get("total") != 1. { // root sees all
		t.Errorf("got %s", r)
	}
	s.want(s.do("GET", "/files/read?sessionId="+id+"&path=f", nil), 200, "")
	if r := s.do("GET", "/files/read?sessionId="+id+"&path=f", nil, "key", mine); string(r.body) != "secret" {
		t.Errorf("got %s", r)
	}
}

func replace(body any, id string) any {
	if text, ok := body.(string); ok {
		return strings.ReplaceAll(text, id, "ses_aaaaaaaaaaaaaaaaaaaa")
	}
	return body
}

func TestSessionQuota(t *testing.T) {
	s := newServer(t, options{session: func(c *sessionConfig) { c.MaxSessions = 2 }})
	a, _ := s.key("a")
	b, _ := s.key("b")
	first := s.do("POST", "/sessions/create", `{"ttl":300}`, "key", a).str("sessionId")
	s.create("key", a)
	r := s.do("POST", "/sessions/create", nil, "key", a)
	s.want(r, 429, "quota_exceeded")
	if r.get("error.details.limit") != 2. || r.get("error.details.value") != 3. {
		t.Errorf("got %s", r)
	}
	s.create("key", b) // another tenant's quota is its own
	s.want(s.do("DELETE", "/sessions/"+first, nil, "key", a), 200, "")
	short := s.do("POST", "/sessions/create", `{"ttl":300}`, "key", a)
	s.want(short, 200, "")
	// What has expired does not count, swept or not.
	s.clock.advance(301 * time.Second)
	s.create("key", a)
	s.want(s.do("GET", "/sessions/"+short.str("sessionId"), nil, "key", a), 404, "session_not_found")
}

// A root key that was generated at the first start is shown once and stays.
func TestGeneratedRootKey(t *testing.T) {
	s := newServer(t, options{})
	ctx := context.Background()
	k, generated, err := session.OpenKeys(ctx, s.store, "", nil)
	if err != nil || !secret.MatchString(generated) {
		t.Fatalf("got %q, %v", generated, err)
	}
	if p, err := k.Authenticate(generated); err != nil || !p.Root {
		t.Errorf("got %v, %v", p, err)
	}
	k, again, err := session.OpenKeys(ctx, s.store, "", nil)
	if err != nil || again != "" {
		t.Errorf("the second start generates %q, %v", again, err)
	}
	if p, err := k.Authenticate(generated); err != nil || !p.Root {
		t.Errorf("got %v, %v", p, err)
	}
	for _, bad := range []string{"a b", "é", "a\n"} {
		if _, _, err := session.OpenKeys(ctx, s.store, bad, nil); err == nil || strings.Contains(err.Error(), bad) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	// Only the hash is kept.
	if v, err := s.store.Setting("root-key-sha256"); err != nil || len(v) != sha256.Size || bytes.Contains(v, []byte(generated)) {
		t.Errorf("stored %q, %v", v, err)
	}
}

func TestIdempotency(t *testing.T) {
	s := newServer(t, options{})
	a, _ := s.key("a")
	b, _ := s.key("b")
	const key = "Idempotency-Key"
	create := func(body string, headers ...string) reply {
		return s.do("POST", "/sessions/create", body, headers...)
	}
	first := create(`{"ttl":300}`, "key", a, key, "k 1")
	s.want(first, 200, "")
	again := create(`{"ttl":300}`, "key", a, key, "k 1")
	if !bytes.Equal(again.body, first.body) || again.status != 200 || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("got %s", again)
	}
	if again.header.Get("X-Request-Id") == first.header.Get("X-Request-Id") {
		t.Error("the request id is the first one's")
	}
	c := create(`{"ttl":301}`, "key", a, key, "k 1")
	s.want(c, 409, "conflict")
	if c.str("error.details.field") != key {
		t.Errorf("got %s", c)
	}
	for name, r := range map[string]reply{
		"another tenant": create(`{"ttl":300}`, "key", b, key, "k 1"),
		"another key":    create(`{"ttl":300}`, "key", a, key, "k 2"),
		"no key":         create(`{"ttl":300}`, "key", a),
	} {
		if r.status != 200 || r.str("sessionId") == first.str("sessionId") {
			t.Errorf("%s: %s", name, r)
		}
	}
	// Another route is another scope.
	s.want(s.do("POST", "/run", `{"ttl":300}`, "key", a, key, "k 1"), 400, "invalid_request")

	// Errors of the client are kept as well.
	bad := create(`{"ttl":1}`, "key", a, key, "bad")
	s.want(bad, 400, "invalid_request")
	if r := create(`{"ttl":1}`, "key", a, key, "bad"); !bytes.Equal(r.body, bad.body) {
		t.Errorf("got %s, first %s", r, bad)
	}
	s.want(create(`{"ttl":300}`, "key", a, key, "bad"), 409, "conflict")

	// A record goes with its session: the same request makes a new one then.
	s.want(s.do("DELETE", "/sessions/"+first.str("sessionId"), nil, "key", a), 200, "")
	fresh := create(`{"ttl":300}`, "key", a, key, "k 1")
	if fresh.status != 200 || fresh.str("sessionId") == first.str("sessionId") {
		t.Errorf("got %s", fresh)
	}
	// After 24 hours it is gone.
	long := create(`{"ttl":604800}`, "key", a, key, "day")
	s.clock.advance(25 * time.Hour)
	if r := create(`{"ttl":604800}`, "key", a, key, "day"); r.status != 200 || r.str("sessionId") == long.str("sessionId") {
		t.Errorf("after a day: %s", r)
	}

	for name, value := range map[string]string{"too long": strings.Repeat("x", 256), "not ASCII": "é", "a tab": "a\tb"} {
		r := create("{}", key, value)
		if r.status != 400 {
			t.Errorf("%s: %s", name, r)
		}
	}
	s.want(create("{}", key, strings.Repeat("~", 255)), 200, "")

	// 5xx are not kept: the disk had no room, then it has.
	id := s.do("POST", "/sessions/create", `{"resourceLimits":{"disk":1}}`).str("sessionId")
	body, _ := json.Marshal(map[string]any{"sessionId": id, "path": "f", "content": strings.Repeat("x", 1<<20)})
	s.write(id, "g", "x")
	s.want(s.do("POST", "/files/write", body, key, "w"), 507, "disk_full")
	s.want(s.do("DELETE", "/files?sessionId="+id+"&path=g", nil), 200, "")
	w := s.do("POST", "/files/write", body, key, "w")
	s.want(w, 200, "")
	s.want(s.do("DELETE", "/files?sessionId="+id+"&path=f", nil), 200, "")
	if r := s.do("POST", "/files/write", body, key, "w"); !bytes.Equal(r.body, w.body) {
		t.Errorf("got %s", r)
	}
	s.want(s.read(id, "f"), 404, "file_not_found") // it was not done again
	// The same key for another session of the tenant is the same key.
	other := s.create()
	s.want(s.do("POST", "/files/write", `{"sessionId":"`+other+`","path":"f","content":""}`, key, "w"), 409, "conflict")

	// A response with a secret is given again, but never stored.
	k1 := s.do("POST", "/keys", `{"name":"n"}`, key, "secret")
	k2 := s.do("POST", "/keys", `{"name":"n"}`, key, "secret")
	if k1.status != 200 || !bytes.Equal(k1.body, k2.body) {
		t.Errorf("got %s and %s", k1, k2)
	}
	s.want(s.do("POST", "/keys", `{"name":"m"}`, key, "secret"), 409, "conflict")
}
