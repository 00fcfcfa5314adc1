package api

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	sessionID = regexp.MustCompile(`^ses_[a-z0-9]{20}$`)
	iso       = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`)
	secret    = regexp.MustCompile(`^btk_[A-Za-z0-9_-]{43}$`)
	uuid4     = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
)

// fields fails the test unless the object at path ("" for the whole) has exactly
// these members.
func (s *server) fields(r reply, path string, names ...string) {
	s.t.Helper()
	var v any
	if path == "" {
		json.Unmarshal(r.body, &v)
	} else {
		v = r.get(path)
	}
	m, _ := v.(map[string]any)
	got := make([]string, 0, len(m))
	for name := range m {
		got = append(got, name)
	}
	slices.Sort(got)
	slices.Sort(names)
	if !slices.Equal(got, names) {
		s.t.Errorf("%s has the fields %q, want %q", path, got, names)
	}
}

func TestSessionLife(t *testing.T) {
	s := newServer(t, options{})
	r := s.do("POST", "/sessions/create", map[string]any{
		"ttl": 300, "metadata": map[string]any{"user": "é", "n": 1.5},
		"resourceLimits": map[string]any{"memory": 64, "cpu": 0.5, "timeout": 5, "disk": 10},
		"egress":         map[string]any{"allow": []string{"example.com", "example.org:443", "*.example.net"}},
	})
	s.want(r, 200, "")
	s.fields(r, "", "sessionId", "expiresAt", "previewUrl", "createdAt", "resourceLimits", "metadata", "egress")
	id := r.str("sessionId")
	if !sessionID.MatchString(id) {
		t.Errorf("session id %q", id)
	}
	if want := "http://" + strings.Replace(id, "_", "-", 1) + ".localhost:"; !strings.HasPrefix(r.str("previewUrl"), want) {
		t.Errorf("previewUrl %q, want it to start with %q", r.str("previewUrl"), want)
	}
	created, err1 := time.Parse(time.RFC3339, r.str("createdAt"))
	expires, err2 := time.Parse(time.RFC3339, r.str("expiresAt"))
	if err1 != nil || err2 != nil || expires.Sub(created) != 300*time.Second || !iso.MatchString(r.str("createdAt")) {
		t.Errorf("created %s, expires %s", r.str("createdAt"), r.str("expiresAt"))
	}
	wantLimits := map[string]any{"memory": 64., "cpu": 0.5, "timeout": 5., "disk": 10.}
	if got := r.get("resourceLimits"); !reflect.DeepEqual(got, wantLimits) {
		t.Errorf("limits %v", got)
	}
	if got := r.str("metadata.user"); got != "é" {
		t.Errorf("metadata %q", got)
	}

	g := s.do("GET", "/sessions/"+id, nil)
	s.want(g, 200, "")
	s.fields(g, "", "sessionId", "createdAt", "expiresAt", "lastActive", "state", "filesCount", "activeProcesses",
		"metadata", "previewUrl", "resourceLimits", "egress", "usage")
	s.fields(g, "usage", "cpuMs", "fuel", "diskBytes", "memoryBytes", "executions")
	if g.get("filesCount") != 0. || g.get("activeProcesses") != 0. || g.str("state") != "active" {
		t.Errorf("got %s", g)
	}
	if !reflect.DeepEqual(g.get("egress"), r.get("egress")) || !reflect.DeepEqual(g.get("resourceLimits"), wantLimits) {
		t.Errorf("got %s", g)
	}

	// Reading is no activity; five minutes without requests make a session idle.
	last := g.str("lastActive")
	s.clock.advance(200 * time.Second)
	s.want(s.do("PATCH", "/sessions/"+id, map[string]any{"ttl": 3600, "metadata": map[string]any{}}), 200, "")
	g = s.do("GET", "/sessions/"+id, nil)
	if g.str("lastActive") <= last || len(g.get("metadata").(map[string]any)) != 0 {
		t.Errorf("after PATCH: %s", g)
	}
	expires, _ = time.Parse(time.RFC3339, g.str("expiresAt"))
	if left := expires.Sub(s.clock.now()); left > time.Hour || left < time.Hour-time.Minute {
		t.Errorf("ttl from now is %s", left)
	}
	last = g.str("lastActive")
	s.clock.advance(6 * time.Minute)
	g = s.do("GET", "/sessions/"+id, nil)
	if g.str("state") != "idle" || g.str("lastActive") != last {
		t.Errorf("after six minutes: %s", g)
	}

	d := s.do("DELETE", "/sessions/"+id, nil)
	s.want(d, 200, "")
	s.fields(d, "", "deleted", "sessionId")
	if d.get("deleted") != true || d.str("sessionId") != id {
		t.Errorf("got %s", d)
	}
	for _, r := range []reply{s.do("GET", "/sessions/"+id, nil), s.do("DELETE", "/sessions/"+id, nil), s.do("PATCH", "/sessions/"+id, map[string]any{"ttl": 300})} {
		s.want(r, 404, "session_not_found")
	}
}

func TestDefaults(t *testing.T) {
	s := newServer(t, options{})
	for _, body := range []any{nil, "", "{}", " {} "} {
		r := s.do("POST", "/sessions/create", body)
		s.want(r, 200, "")
		want := map[string]any{"memory": 1024., "cpu": 0.25, "timeout": 30., "disk": 1024.}
		if got := r.get("resourceLimits"); !reflect.DeepEqual(got, want) {
			t.Errorf("limits %v", got)
		}
		created, _ := time.Parse(time.RFC3339, r.str("createdAt"))
		expires, _ := time.Parse(time.RFC3339, r.str("expiresAt"))
		if expires.Sub(created) != 24*time.Hour {
			t.Errorf("ttl %s", expires.Sub(created))
		}
		if m, ok := r.get("metadata").(map[string]any); !ok || len(m) != 0 || r.str("egress") != "public" {
			t.Errorf("got %s", r)
		}
	}
}

func TestListSessions(t *testing.T) {
	s := newServer(t, options{})
	secret, _ := s.key("lister")
	r := s.do("GET", "/sessions", nil, "key", secret)
	s.want(r, 200, "")
	s.fields(r, "", "sessions", "total")
	if string(r.body) != `{"sessions":[],"total":0}` {
		t.Errorf("empty list: %s", r.body)
	}
	var ids []string
	for range 5 {
		ids = append(ids, s.create("key", secret))
		s.clock.advance(time.Millisecond) // order is by creation, to the millisecond
	}
	list := func(query string) (got []string) {
		t.Helper()
		r := s.do("GET", "/sessions"+query, nil, "key", secret)
		s.want(r, 200, "")
		if r.get("total") != 5. {
			t.Errorf("%s: total %v", query, r.get("total"))
		}
		for _, e := range r.get("sessions").([]any) {
			got = append(got, e.(map[string]any)["sessionId"].(string))
		}
		return got
	}
	for query, want := range map[string][]string{
		"": ids, "?limit=2": ids[:2], "?limit=2&offset=2": ids[2:4], "?offset=4": ids[4:], "?offset=5": nil, "?limit=100": ids,
	} {
		if got := list(query); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	for query, field := range map[string]string{
		"?limit=0": "limit", "?limit=101": "limit", "?limit=x": "limit", "?limit=1.5": "limit", "?limit=": "limit", "?limit=%2B5": "limit",
		"?offset=-1": "offset", "?offset=99999999999": "offset", "?limit=1&limit=2": "limit", "?page=1": "page", "?limit=%zz": "limit",
	} {
		r := s.do("GET", "/sessions"+query, nil)
		s.want(r, 400, "invalid_request")
		if r.str("error.details.field") != field && query != "?limit=%zz" {
			t.Errorf("%s: %s", query, r)
		}
	}
}

// Every limit of a field, at, below and above it.
func TestFieldLimits(t *testing.T) {
	s := newServer(t, options{session: nil})
	id := s.create()
	meta := func(n int) string { return `{"m":"` + strings.Repeat("x", n-len(`{"m":""}`)) + `"}` }
	limits := func(name, value string) string { return `{"resourceLimits":{"` + name + `":` + value + `}}` }
	allow := func(n int) string {
		hosts := make([]string, n)
		for i := range hosts {
			hosts[i] = fmt.Sprintf(`"h%d.example"`, i)
		}
		return `{"egress":{"allow":[` + strings.Join(hosts, ",") + `]}}`
	}
	env := func(n int) string {
		vars := make([]string, n)
		for i := range vars {
			vars[i] = fmt.Sprintf(`"V%d":""`, i)
		}
		return `{` + strings.Join(vars, ",") + `}`
	}
	type row struct {
		name, path, body string
		field            string // "": it is accepted
	}
	create := "/sessions/create"
	rows := []row{
		{"ttl at the least", create, `{"ttl":300}`, ""},
		{"ttl below", create, `{"ttl":299}`, "ttl"},
		{"ttl at the most", create, `{"ttl":604800}`, ""},
		{"ttl above", create, `{"ttl":604801}`, "ttl"},
		{"ttl fraction", create, `{"ttl":300.5}`, "ttl"},
		{"ttl text", create, `{"ttl":"300"}`, "ttl"},
		{"ttl null", create, `{"ttl":null}`, "ttl"},
		{"ttl enormous", create, `{"ttl":1e999}`, "ttl"},
		{"metadata at the most", create, `{"metadata":` + meta(16384) + `}`, ""},
		{"metadata above", create, `{"metadata":` + meta(16385) + `}`, "metadata"},
		{"metadata array", create, `{"metadata":[]}`, "metadata"},
		{"metadata null", create, `{"metadata":null}`, "metadata"},
		{"metadata twice", create, `{"metadata":{"a":1,"a":2}}`, "metadata.a"},
		{"memory at the least", create, limits("memory", "16"), ""},
		{"memory below", create, limits("memory", "15"), "resourceLimits.memory"},
		{"memory at the most", create, limits("memory", "4000"), ""},
		{"memory above", create, limits("memory", "4001"), "resourceLimits.memory"},
		{"cpu at the least", create, limits("cpu", "0.05"), ""},
		{"cpu below", create, limits("cpu", "0.049"), "resourceLimits.cpu"},
		{"cpu at the most", create, limits("cpu", "8"), ""},
		{"cpu above", create, limits("cpu", "8.001"), "resourceLimits.cpu"},
		{"timeout at the least", create, limits("timeout", "1"), ""},
		{"timeout below", create, limits("timeout", "0"), "resourceLimits.timeout"},
		{"timeout at the most", create, limits("timeout", "300"), ""},
		{"timeout above", create, limits("timeout", "301"), "resourceLimits.timeout"},
		{"disk at the least", create, limits("disk", "1"), ""},
		{"disk below", create, limits("disk", "0"), "resourceLimits.disk"},
		{"disk at the most", create, limits("disk", "5120"), ""},
		{"disk above", create, limits("disk", "5121"), "resourceLimits.disk"},
		{"limits unknown", create, limits("cores", "1"), "resourceLimits.cores"},
		{"limits array", create, `{"resourceLimits":[]}`, "resourceLimits"},
		{"egress none", create, `{"egress":"none"}`, ""},
		{"egress public", create, `{"egress":"public"}`, ""},
		{"egress other", create, `{"egress":"all"}`, "egress"},
		{"egress number", create, `{"egress":1}`, "egress"},
		{"egress empty", create, `{"egress":{}}`, "egress.allow"},
		{"egress unknown", create, `{"egress":{"deny":[]}}`, "egress.deny"},
		{"egress at the most", create, allow(64), ""},
		{"egress above", create, allow(65), "egress.allow"},
		{"egress bad host", create, `{"egress":{"allow":["x","http://x/"]}}`, "egress.allow[1]"},
		{"egress bad port", create, `{"egress":{"allow":["x:70000"]}}`, "egress.allow[0]"},
		{"egress label at the most", create, `{"egress":{"allow":["` + strings.Repeat("a", 63) + `.example"]}}`, ""},
		{"egress label above", create, `{"egress":{"allow":["` + strings.Repeat("a", 64) + `.example"]}}`, "egress.allow[0]"},
		{"egress entry type", create, `{"egress":{"allow":[1]}}`, "egress.allow[0]"},
		{"unknown", create, `{"tll":300}`, "tll"},
		{"other case", create, `{"TTL":300}`, "TTL"},
		{"proto", create, `{"__proto__":{}}`, "__proto__"},

		{"no session", "/execute", `{"code":""}`, "sessionId"},
		{"neither", "/execute", `{"sessionId":"` + id + `"}`, "code"},
		{"both", "/execute", `{"sessionId":"` + id + `","code":"","command":""}`, "code"},
		{"session type", "/execute", `{"sessionId":1,"code":""}`, "sessionId"},
		{"run neither", "/run", `{}`, "code"},
		{"run both", "/run", `{"code":"","command":""}`, "code"},
		{"run empty", "/run", ``, "code"},
		{"run with a session", "/run", `{"sessionId":"x","code":""}`, "sessionId"},
		{"execute with limits", "/execute", `{"sessionId":"` + id + `","code":"","resourceLimits":{}}`, "resourceLimits"},
		{"code type", "/run", `{"code":1}`, "code"},
		{"code at the most", "/run", `{"code":"` + strings.Repeat("/", 10<<20) + `"}`, ""},
		{"code above", "/run", `{"code":"` + strings.Repeat("/", 10<<20+1) + `"}`, "code"},
		{"command at the most", "/run", `{"command":"` + strings.Repeat("x", 64<<10) + `"}`, ""},
		{"command above", "/run", `{"command":"` + strings.Repeat("x", 64<<10+1) + `"}`, "command"},
		{"language", "/run", `{"code":"","language":"js"}`, ""},
		{"language other", "/run", `{"code":"","language":"py"}`, "language"},
		{"language null", "/run", `{"code":"","language":null}`, "language"},
		{"timeout at the least", "/run", `{"code":"","timeout":1}`, ""},
		{"timeout below", "/run", `{"code":"","timeout":0}`, "timeout"},
		{"timeout at the most", "/run", `{"code":"","timeout":300}`, ""},
		{"timeout above", "/run", `{"code":"","timeout":301}`, "timeout"},
		{"timeout fraction", "/run", `{"code":"","timeout":1.5}`, "timeout"},
		{"fuel at the most", "/run", `{"code":"","fuel":9007199254740991}`, ""},
		{"fuel above", "/run", `{"code":"","fuel":9007199254740992}`, "fuel"},
		{"fuel below", "/run", `{"code":"","fuel":0}`, "fuel"},
		{"env at the most", "/run", `{"code":"","env":` + env(100) + `}`, ""},
		{"env above", "/run", `{"code":"","env":` + env(101) + `}`, "env"},
		{"env value at the most", "/run", `{"code":"","env":{"A":"` + strings.Repeat("x", 32<<10) + `"}}`, ""},
		{"env value above", "/run", `{"code":"","env":{"A":"` + strings.Repeat("x", 32<<10+1) + `"}}`, "env.A"},
		{"env value type", "/run", `{"code":"","env":{"A":1}}`, "env.A"},
		{"env name", "/run", `{"code":"","env":{"_a9":""}}`, ""},
		{"env name digit", "/run", `{"code":"","env":{"9a":""}}`, "env.9a"},
		{"env name dash", "/run", `{"code":"","env":{"a-b":""}}`, "env.a-b"},
		{"env name empty", "/run", `{"code":"","env":{"":""}}`, "env."},
		{"env name equals", "/run", `{"code":"","env":{"A=B":""}}`, "env.A=B"},
		{"env twice", "/run", `{"code":"","env":{"A":"","A":""}}`, "env.A"},
		{"workingDir", "/run", `{"code":"","workingDir":"/workspace"}`, ""},
		{"workingDir relative", "/run", `{"code":"","workingDir":"."}`, ""},
		{"workingDir outside", "/run", `{"code":"","workingDir":"/etc"}`, "workingDir"},
		{"workingDir climbs", "/run", `{"code":"","workingDir":"a/../.."}`, "workingDir"},
		{"workingDir missing", "/run", `{"code":"","workingDir":"nowhere"}`, "workingDir"},
		{"workingDir made", "/run", `{"code":"","workingDir":"d","files":[{"path":"d/f","content":""}]}`, ""},
		{"workingDir a file", "/run", `{"code":"","workingDir":"f","files":[{"path":"f","content":""}]}`, "workingDir"},
		{"stream false", "/run", `{"code":"","stream":false}`, ""},
		{"stream type", "/run", `{"code":"","stream":"yes"}`, "stream"},
		{"input null", "/run", `{"code":"","input":null}`, ""},
		{"input deep", "/run", `{"code":"","input":` + strings.Repeat("[", 63) + strings.Repeat("]", 63) + `}`, ""},
		{"input too deep", "/run", `{"code":"","input":` + strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001) + `}`, "input"},
		{"files type", "/run", `{"code":"","files":{}}`, "files"},
		{"files element", "/run", `{"code":"","files":[1]}`, "files[0]"},
		{"files unknown", "/run", `{"code":"","files":[{"path":"a","content":"","mode":1}]}`, "files[0].mode"},
		{"files no path", "/run", `{"code":"","files":[{"content":""}]}`, "files[0].path"},
		{"files no content", "/run", `{"code":"","files":[{"path":"a"}]}`, "files[0].content"},
		{"files encoding", "/run", `{"code":"","files":[{"path":"a","content":"","encoding":"hex"}]}`, "files[0].encoding"},
		{"files base64", "/run", `{"code":"","files":[{"path":"a","content":"eA==","encoding":"base64"}]}`, ""},
		{"files bad base64", "/run", `{"code":"","files":[{"path":"a","content":"eA","encoding":"base64"}]}`, "files[0].content"},
		{"files bits left in base64", "/run", `{"code":"","files":[{"path":"a","content":"eB==","encoding":"base64"}]}`, "files[0].content"},
		{"files outside", "/run", `{"code":"","files":[{"path":"a","content":""},{"path":"../b","content":""}]}`, "files[1].path"},
		{"files the workspace", "/run", `{"code":"","files":[{"path":"/workspace","content":""}]}`, "files[0].path"},
		{"files below a file", "/run", `{"code":"","files":[{"path":"a","content":""},{"path":"a/b","content":""}]}`, "files[1].path"},
		{"files over a directory", "/run", `{"code":"","files":[{"path":"a/b","content":""},{"path":"a","content":""}]}`, "files[1].path"},

		{"key name missing", "/keys", `{}`, "name"},
		{"key name empty", "/keys", `{"name":""}`, "name"},
		{"key name at the most", "/keys", `{"name":"` + strings.Repeat("é", 100) + `"}`, ""},
		{"key name above", "/keys", `{"name":"` + strings.Repeat("é", 101) + `"}`, "name"},
		{"tenant at the most", "/keys", `{"name":"n","tenant":"` + strings.Repeat("t", 64) + `"}`, ""},
		{"tenant above", "/keys", `{"name":"n","tenant":"` + strings.Repeat("t", 65) + `"}`, "tenant"},
		{"tenant empty", "/keys", `{"name":"n","tenant":""}`, "tenant"},
		{"tenant character", "/keys", `{"name":"n","tenant":"a b"}`, "tenant"},
		{"tenant reserved", "/keys", `{"name":"n","tenant":"root"}`, "tenant"},
		{"expires", "/keys", `{"name":"n","expiresAt":"2999-01-01T00:00:00Z"}`, ""},
		{"expires in the past", "/keys", `{"name":"n","expiresAt":"2000-01-01T00:00:00Z"}`, "expiresAt"},
		{"expires at the zero time", "/keys", `{"name":"n","expiresAt":"0001-01-01T00:00:00Z"}`, "expiresAt"},
		{"expires at the zero time elsewhere", "/keys", `{"name":"n","expiresAt":"0001-01-01T05:00:00+05:00"}`, "expiresAt"},
		{"expires in a far zone", "/keys", `{"name":"n","expiresAt":"2999-01-01T00:00:00+24:00"}`, ""},
		{"expires last", "/keys", `{"name":"n","expiresAt":"9999-12-31T23:59:59Z"}`, ""},
		{"expires after the last year", "/keys", `{"name":"n","expiresAt":"9999-12-31T23:59:59-01:00"}`, "expiresAt"},
		{"expires malformed", "/keys", `{"name":"n","expiresAt":"tomorrow"}`, "expiresAt"},
		{"expires number", "/keys", `{"name":"n","expiresAt":1}`, "expiresAt"},
	}
	for n, field := range map[int]string{1000: "", 1001: "files"} {
		files := make([]string, n)
		for i := range files {
			files[i] = fmt.Sprintf(`{"path":"f%d","content":""}`, i)
		}
		rows = append(rows, row{fmt.Sprint(n, " files"), "/run", `{"code":"","files":[` + strings.Join(files, ",") + `]}`, field})
	}
	for name, path := range badPaths() {
		text, _ := json.Marshal(path)
		rows = append(rows, row{"path: " + name, "/run", `{"code":"","files":[{"path":` + string(text) + `,"content":""}]}`, "files[0].path"})
		rows = append(rows, row{"write path: " + name, "/files/write", `{"sessionId":"` + id + `","path":` + string(text) + `,"content":""}`, "path"})
	}
	for _, tt := range rows {
		t.Run(tt.path[1:]+" "+tt.name, func(t *testing.T) {
			s := *s
			s.t = t
			r := s.do("POST", tt.path, tt.body)
			if tt.field == "" {
				s.want(r, 200, "")
				return
			}
			s.want(r, 400, "invalid_request")
			if got := r.str("error.details.field"); got != tt.field {
				t.Errorf("details name %q, want %q: %s", got, tt.field, r)
			}
			if !strings.Contains(r.str("error.message"), strings.SplitN(tt.field, ".", 2)[0]) && tt.name != "input too deep" {
				t.Errorf("the message does not name the field: %s", r)
			}
		})
	}
}

// badPaths are paths that no client may name.
func badPaths() map[string]string {
	return map[string]string{
		"climbs":             "../x",
		"climbs later":       "a/../../x",
		"absolute elsewhere": "/etc/passwd",
		"absolute sibling":   "/workspaces/x",
		"absolute climbs":    "/workspace/../etc/passwd",
		"tmp":                "/tmp/x",
		"NUL":                "a\x00b",
		"a long component":   strings.Repeat("x", 256),
		"too long":           strings.Repeat(strings.Repeat("x", 200)+"/", 21) + "x",
		"too deep":           strings.Repeat("d/", 128) + "x",
	}
}

// Bodies and files over their limits are refused, whatever they hold, and those
// at the limit are not.
func TestBodyLimits(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	pad := func(n int) string { return strings.Repeat(" ", n-2) + "{}" }

	s.want(s.do("POST", "/sessions/create", pad(1<<20)), 200, "")
	r := s.do("POST", "/sessions/create", pad(1<<20+1))
	s.want(r, 413, "payload_too_large")
	if r.get("error.details.limit") != float64(1<<20) || r.get("error.details.value") != float64(1<<20+1) {
		t.Errorf("got %s", r)
	}
	s.want(s.do("PATCH", "/sessions/"+id, pad(1<<20+1)), 413, "payload_too_large")
	s.want(s.do("POST", "/keys", pad(1<<20+1)), 413, "payload_too_large")
	// Without a length (chunked) the limit is the same.
	s.want(s.do("POST", "/sessions/create", struct{ *strings.Reader }{strings.NewReader(pad(1 << 20))}), 200, "")
	s.want(s.do("POST", "/sessions/create", struct{ *strings.Reader }{strings.NewReader(pad(1<<20 + 1))}), 413, "payload_too_large")
	// Twelve bytes more than 100 MB are announced, and refused before they come.
	c := s.say(fmt.Sprintf("POST /api/execute HTTP/1.1\r\nHost: x\r\nX-API-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", rootKey, 100<<20+1))
	s.want(c, 413, "payload_too_large")

	big := strings.Repeat("x", 50<<20)
	r = s.do("POST", "/files/write", map[string]any{"sessionId": id, "path": "big", "content": big})
	s.want(r, 200, "")
	if r.get("size") != float64(50<<20) {
		t.Errorf("got %s", r)
	}
	r = s.do("POST", "/files/write", map[string]any{"sessionId": id, "path": "big", "content": big + "x"})
	s.want(r, 413, "payload_too_large")
	if r.str("error.details.field") != "content" {
		t.Errorf("got %s", r)
	}
	// What is within the bound gets as far as the session, which is looked for after it.
	s.want(s.do("PUT", "/files/write?sessionId=ses_none&path=big", big), 404, "session_not_found")
	s.want(s.do("PUT", "/files/write?sessionId=ses_none&path=big", big+"x"), 413, "payload_too_large")
	b64 := base64.StdEncoding.EncodeToString([]byte(big))
	s.want(s.do("POST", "/files/write", map[string]any{"sessionId": "ses_none", "path": "big", "content": b64, "encoding": "base64"}), 404, "session_not_found")
	b64 = base64.StdEncoding.EncodeToString([]byte(big + "x"))
	s.want(s.do("POST", "/files/write", map[string]any{"sessionId": "ses_none", "path": "big", "content": b64, "encoding": "base64"}), 413, "payload_too_large")
	s.want(s.do("POST", "/files/write", map[string]any{"sessionId": id, "path": "big", "content": strings.Repeat("x", 100<<20)}), 413, "payload_too_large")
}

func TestRoutes(t *testing.T) {
	s := newServer(t, options{})
	for _, path := range []string{"/", "/nothing", "/sessions/a/b", "/sessions/", "/run/", "/Run", "/health/", "/%72un", "//run", "/keys/a/rotate/b"} {
		s.want(s.do("GET", path, nil), 404, "not_found")
		s.want(s.do("POST", path, "{}"), 404, "not_found")
		s.want(s.do("OPTIONS", path, nil), 404, "not_found")
	}
	for _, tt := range []struct{ method, path, allow string }{
		{"GET", "/run", "OPTIONS, POST"},
		{"PUT", "/execute", "OPTIONS, POST"},
		{"POST", "/sessions", "GET, HEAD, OPTIONS"},
		{"POST", "/sessions/ses_x", "DELETE, GET, HEAD, OPTIONS, PATCH"},
		{"PUT", "/sessions/create", "DELETE, GET, HEAD, OPTIONS, PATCH, POST"},
		{"GET", "/files/write", "OPTIONS, POST, PUT"},
		{"POST", "/files", "DELETE, OPTIONS"},
		{"POST", "/files/read", "GET, HEAD, OPTIONS"},
		{"PATCH", "/keys", "GET, HEAD, OPTIONS, POST"},
		{"GET", "/keys/x", "DELETE, OPTIONS"},
		{"GET", "/keys/x/rotate", "OPTIONS, POST"},
		{"POST", "/health", "GET, HEAD, OPTIONS"},
		{"DELETE", "/metrics", "GET, HEAD, OPTIONS"},
		{"BREW", "/run", "OPTIONS, POST"},
		{"TRACE", "/run", "OPTIONS, POST"},
	} {
		r := s.do(tt.method, tt.path, nil)
		s.want(r, 405, "method_not_allowed")
		if got := r.header.Get("Allow"); got != tt.allow {
			t.Errorf("%s %s: Allow %q, want %q", tt.method, tt.path, got, tt.allow)
		}
		o := s.do("OPTIONS", tt.path, nil, "key", "")
		if o.status != 204 || o.header.Get("Allow") != tt.allow || len(o.body) != 0 || o.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("OPTIONS %s: %s, Allow %q", tt.path, o, o.header.Get("Allow"))
		}
	}
	// HEAD is GET without the body.
	id := s.create()
	g, h := s.do("GET", "/sessions/"+id, nil), s.do("HEAD", "/sessions/"+id, nil)
	if h.status != 200 || len(h.body) != 0 || h.header.Get("Content-Type") != "application/json" || h.header.Get("Content-Length") != fmt.Sprint(len(g.body)) {
		t.Errorf("HEAD: %s %v, GET has %d bytes", h, h.header, len(g.body))
	}
	if h := s.do("HEAD", "/sessions/none", nil); h.status != 404 || len(h.body) != 0 || h.header.Get("X-Request-Id") == "" {
		t.Errorf("HEAD of nothing: %s", h)
	}
}

func TestRequestIDs(t *testing.T) {
	s := newServer(t, options{})
	given := "Req.1_2-3"
	for _, r := range []reply{
		s.do("GET", "/health", nil, "X-Request-Id", given),
		s.do("GET", "/sessions", nil, "X-Request-Id", given),
		s.do("GET", "/nothing", nil, "X-Request-Id", given),
		s.do("PUT", "/run", "{}", "X-Request-Id", given),
		s.do("POST", "/run", "{", "X-Request-Id", given),
		s.do("POST", "/run", "{}", "X-Request-Id", given, "key", "btk_wrong"),
		s.do("POST", "/sessions/create", strings.Repeat(" ", 1<<20+1), "X-Request-Id", given),
		s.do("OPTIONS", "/run", nil, "X-Request-Id", given),
	} {
		if got := r.header.Get("X-Request-Id"); got != given {
			t.Errorf("%s: id %q", r, got)
		}
	}
	seen := map[string]bool{}
	for _, bad := range []string{"", "a b", "é", strings.Repeat("x", 129), "a;b"} {
		r := s.do("GET", "/health", nil, "X-Request-Id", bad)
		got := r.header.Get("X-Request-Id")
		if !uuid4.MatchString(got) || seen[got] {
			t.Errorf("%q became %q", bad, got)
		}
		seen[got] = true
	}
	// The server's own errors carry one too.
	for _, text := range []string{
		"NONSENSE\r\n\r\n",
		"GET /api/health HTTP/1.1\r\n\r\n", // no Host
		"GET /api/health HTTP/1.1\r\nHost: x\r\nX-Big: " + strings.Repeat("x", 20<<10) + "\r\n\r\n",
		"POST /api/run HTTP/1.1\r\nHost: x\r\nX-API-Key: " + rootKey + "\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"POST /api/run HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
	} {
		r := s.say(text)
		if r.status < 400 || r.header.Get("X-Request-Id") == "" {
			t.Errorf("%.60q: %s, id %q", text, r, r.header.Get("X-Request-Id"))
		}
		s.envelope(r)
	}
}

func TestHeadersTooLarge(t *testing.T) {
	s := newServer(t, options{})
	r := s.say("GET /api/health HTTP/1.1\r\nHost: x\r\nX-Big: " + strings.Repeat("x", 17<<10) + "\r\n\r\n")
	s.want(r, 431, "headers_too_large")
	if r.str("error.details.field") != "headers" || r.get("error.details.limit") != float64(16<<10) {
		t.Errorf("the limit is not named: %s", r.body)
	}
	r = s.say("GET /api/" + strings.Repeat("x", 17<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n")
	s.want(r, 431, "headers_too_large")
	// The longest path, every byte escaped, still fits.
	id := s.create()
	long := strings.Repeat(strings.Repeat("%78", 254)+"/", 15) + strings.Repeat("%78", 254)
	s.want(s.do("GET", "/files/read?sessionId="+id+"&path="+long, nil), 404, "file_not_found")
}

func TestMediaTypes(t *testing.T) {
	s := newServer(t, options{})
	for _, ok := range []string{"application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8", ""} {
		s.want(s.do("POST", "/sessions/create", "{}", "Content-Type", ok), 200, "")
	}
	for _, bad := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=latin1", "application/jsonp", "x"} {
		s.want(s.do("POST", "/sessions/create", "{}", "Content-Type", bad), 415, "unsupported_media_type")
	}
	s.want(s.do("POST", "/sessions/create", "{}", "Content-Encoding", "gzip"), 415, "unsupported_media_type")
	s.want(s.do("POST", "/sessions/create", "{}", "Content-Encoding", "identity"), 200, "")
	id := s.create()
	s.want(s.do("PUT", "/files/write?sessionId="+id+"&path=x", "raw", "Content-Type", "image/png"), 200, "")
}

func TestHealth(t *testing.T) {
	s := newServer(t, options{})
	r := s.do("GET", "/health", nil, "key", "")
	s.want(r, 200, "")
	if string(r.body) != `{"status":"ok","version":"1.2.3"}` {
		t.Errorf("got %s", r)
	}
	for _, path := range []string{"/health/live", "/health/ready"} {
		s.want(s.do("GET", path, nil, "key", ""), 200, "")
	}
}

func TestMetrics(t *testing.T) {
	s := newServer(t, options{})
	secret, _ := s.key("t")
	s.want(s.do("GET", "/metrics", nil, "key", ""), 401, "unauthorized")
	s.want(s.do("GET", "/metrics", nil, "key", secret), 403, "forbidden")
	s.create()
	r := s.do("GET", "/metrics", nil)
	s.want(r, 200, "")
	if !strings.HasPrefix(r.header.Get("Content-Type"), "text/plain") {
		t.Errorf("type %q", r.header.Get("Content-Type"))
	}
	for _, want := range []string{
		"buntime_sessions 1\n", "buntime_sessions_created_total 1\n", "buntime_executions_running 0\n", "go_goroutines ", "process_open_fds ",
		`buntime_http_requests_total{method="POST",route="/api/sessions/create",status="200"} 1`,
		`buntime_http_requests_total{method="GET",route="/api/metrics",status="401"} 1`,
	} {
		if !strings.Contains(string(r.body), want) {
			t.Errorf("metrics lack %q", want)
		}
	}
}

// What is said of a value that is not allowed says what is.
func TestRefusalsSayWhatIsAllowed(t *testing.T) {
	s := newServer(t, options{})
	for _, tt := range []struct{ path, body, message, value string }{
		{"/run", `{"code":"","language":"py"}`, `language must be one of "js", "ts", "jsx", "tsx", "auto"`, "py"},
		{"/sessions/create", `{"egress":{"allow":["http://x"]}}`, "egress.allow[0]: give a host, without scheme, path or user", "http://x"},
		{"/sessions/create", `{"egress":{"allow":["x:0"]}}`, "egress.allow[0]: the port must be a number from 1 to 65535", "x:0"},
	} {
		r := s.do("POST", tt.path, tt.body)
		s.want(r, 400, "invalid_request")
		if r.str("error.message") != tt.message || r.str("error.details.value") != tt.value {
			t.Errorf("%s: got %s, want %q of %q", tt.body, r, tt.message, tt.value)
		}
	}
}
