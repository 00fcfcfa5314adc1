package api

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func (s *server) read(id, path string, headers ...string) reply {
	s.t.Helper()
	return s.do("GET", "/files/read?sessionId="+id+"&path="+url.QueryEscape(path), nil, headers...)
}

func (s *server) write(id, path, content string) {
	s.t.Helper()
	r := s.do("POST", "/files/write", map[string]any{"sessionId": id, "path": path, "content": content})
	if r.status != 200 {
		s.t.Fatalf("write %s: %s", path, r)
	}
}

func (s *server) list(query string) (paths []string, total int) {
	s.t.Helper()
	r := s.do("GET", "/files/list?"+query, nil)
	s.want(r, 200, "")
	s.fields(r, "", "files", "total")
	var body struct {
		Files []struct {
			Path, Modified, Type string
			Size                 int
		}
		Total int
	}
	if err := json.Unmarshal(r.body, &body); err != nil {
		s.t.Fatal(err)
	}
	for _, f := range body.Files {
		if !iso.MatchString(f.Modified) {
			s.t.Errorf("modified %q", f.Modified)
		}
		paths = append(paths, fmt.Sprintf("%s %s %d", f.Type, f.Path, f.Size))
	}
	return paths, body.Total
}

func TestFiles(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()

	r := s.do("POST", "/files/write", map[string]any{"sessionId": id, "path": "/workspace/a/b.txt", "content": "héllo"})
	s.want(r, 200, "")
	if string(r.body) != `{"path":"a/b.txt","size":6}` {
		t.Errorf("got %s", r)
	}
	binary := "\x00\xff\xfe<script>\r\n"
	r = s.do("POST", "/files/write", map[string]any{"sessionId": id, "path": "a/./c/../bin", "content": base64.StdEncoding.EncodeToString([]byte(binary)), "encoding": "base64"})
	if string(r.body) != fmt.Sprintf(`{"path":"a/bin","size":%d}`, len(binary)) {
		t.Errorf("got %s", r)
	}
	r = s.do("PUT", "/files/write?sessionId="+id+"&path=raw%20%2B", binary+binary)
	if string(r.body) != fmt.Sprintf(`{"path":"raw +","size":%d}`, 2*len(binary)) {
		t.Errorf("got %s", r)
	}
	s.want(s.do("PUT", "/files/write?sessionId="+id+"&path=empty", nil), 200, "")

	r = s.read(id, "a/bin")
	s.want(r, 200, "")
	if string(r.body) != binary {
		t.Errorf("read %q", r.body)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/octet-stream", "Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "sandbox", "Accept-Ranges": "bytes", "Content-Length": fmt.Sprint(len(binary)),
	} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if r := s.read(id, "empty"); r.status != 200 || len(r.body) != 0 {
		t.Errorf("empty: %s", r)
	}
	if h := s.do("HEAD", "/files/read?sessionId="+id+"&path=a/bin", nil); h.status != 200 || h.header.Get("Content-Length") != fmt.Sprint(len(binary)) {
		t.Errorf("HEAD: %s %v", h, h.header)
	}

	got, total := s.list("sessionId=" + id)
	if want := []string{"directory a 0", "file empty 0", fmt.Sprintf("file raw + %d", 2*len(binary))}; !slices.Equal(got, want) || total != 3 {
		t.Errorf("listed %q of %d", got, total)
	}
	got, total = s.list("sessionId=" + id + "&recursive=true&limit=2&offset=1")
	if want := []string{"file a/b.txt 6", fmt.Sprintf("file a/bin %d", len(binary))}; !slices.Equal(got, want) || total != 5 {
		t.Errorf("listed %q of %d", got, total)
	}
	got, total = s.list("sessionId=" + id + "&path=a&recursive=false")
	if total != 2 || !strings.Contains(got[0], "a/b.txt") {
		t.Errorf("listed %q of %d", got, total)
	}
	got, total = s.list("sessionId=" + id + "&path=/workspace/a&recursive=true")
	if total != 2 || len(got) != 2 {
		t.Errorf("listed %q of %d", got, total)
	}
	if g := s.do("GET", "/sessions/"+id, nil); g.get("filesCount") != 4. || g.get("usage.diskBytes") != float64(6+3*len(binary)) {
		t.Errorf("got %s", g)
	}

	del := func(path string) reply { return s.do("DELETE", "/files?sessionId="+id+"&path="+path, nil) }
	s.want(del("a"), 409, "conflict")
	s.want(del("a&recursive=false"), 409, "conflict")
	if r := del("a/b.txt"); string(r.body) != `{"deleted":true}` {
		t.Errorf("got %s", r)
	}
	s.want(del("a/b.txt"), 404, "file_not_found")
	s.want(del("a&recursive=true"), 200, "")
	s.want(del("a&recursive=true"), 404, "file_not_found")
	s.want(del("empty/x"), 404, "file_not_found")
	s.want(del("empty"), 200, "")
	s.want(del("."), 400, "invalid_request")
	s.want(del("/workspace&recursive=true"), 400, "invalid_request")
	got, total = s.list("sessionId=" + id)
	if total != 1 || len(got) != 1 {
		t.Errorf("listed %q of %d", got, total)
	}
}

// Names are bytes: nothing is normalised, nothing is folded.
func TestFileNames(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	names := []string{
		"é", "e\u0301", "É", "a b", " a", "a ", "...", "..a", "a..", "-rf", "*", "a\\b", "a\nb", "con", "a:b", "%2e%2e", "\u202e", "😀", "\u0001",
		strings.Repeat("x", 255), strings.Repeat("d/", 127) + "x",
	}
	for i, name := range names {
		s.write(id, name, fmt.Sprint(i))
	}
	for i, name := range names {
		if r := s.read(id, name); string(r.body) != fmt.Sprint(i) {
			t.Errorf("%q: %s", name, r)
		}
	}
	for name, path := range badPaths() {
		r := s.read(id, path)
		s.want(r, 400, "invalid_request")
		if r.str("error.details.field") != "path" {
			t.Errorf("%s: %s", name, r)
		}
		s.want(s.do("GET", "/files/list?sessionId="+id+"&path="+url.QueryEscape(path), nil), 400, "invalid_request")
		s.want(s.do("DELETE", "/files?sessionId="+id+"&path="+url.QueryEscape(path), nil), 400, "invalid_request")
		s.want(s.do("PUT", "/files/write?sessionId="+id+"&path="+url.QueryEscape(path), "x"), 400, "invalid_request")
	}
	s.want(s.do("GET", "/files/read?sessionId="+id+"&path=%ff", nil), 400, "invalid_request")
	s.want(s.do("GET", "/files/read?sessionId="+id+"&path=%fz", nil), 400, "invalid_request")
}

func TestFileErrors(t *testing.T) {
	s := newServer(t, options{})
	r := s.do("POST", "/sessions/create", `{"resourceLimits":{"disk":1}}`)
	id := r.str("sessionId")
	s.write(id, "d/f", "x")
	s.want(s.read(id, "none"), 404, "file_not_found")
	s.want(s.read(id, "d/f/none"), 404, "file_not_found")
	s.want(s.read(id, "d"), 400, "invalid_request")
	s.want(s.read(id, ""), 400, "invalid_request")
	s.want(s.do("GET", "/files/list?sessionId="+id+"&path=none", nil), 404, "file_not_found")
	s.want(s.do("GET", "/files/list?sessionId="+id+"&path=d/f", nil), 400, "invalid_request")
	for query, field := range map[string]string{
		"": "sessionId", "path=x": "sessionId", "sessionId=" + id: "path", "sessionId=" + id + "&path=x&x=y": "x",
		"sessionId=" + id + "&sessionId=" + id + "&path=x": "sessionId",
	} {
		r := s.do("GET", "/files/read?"+query, nil)
		s.want(r, 400, "invalid_request")
		if r.str("error.details.field") != field {
			t.Errorf("%s: %s", query, r)
		}
	}
	s.want(s.do("GET", "/files/list?sessionId="+id+"&recursive=yes", nil), 400, "invalid_request")
	s.want(s.do("GET", "/files/list?sessionId="+id+"&limit=101", nil), 400, "invalid_request")
	for _, r := range []reply{
		s.read("ses_none", "x"),
		s.do("GET", "/files/list?sessionId=ses_none", nil),
		s.do("DELETE", "/files?sessionId=ses_none&path=x", nil),
		s.do("PUT", "/files/write?sessionId=ses_none&path=x", "x"),
		s.do("POST", "/files/write", `{"sessionId":"ses_none","path":"x","content":""}`),
		s.do("POST", "/execute", `{"sessionId":"ses_none","code":""}`),
	} {
		s.want(r, 404, "session_not_found")
	}
	s.want(s.do("POST", "/files/write", map[string]any{"sessionId": id, "path": "d", "content": ""}), 400, "invalid_request")
	s.want(s.do("POST", "/files/write", map[string]any{"sessionId": id, "path": "d/f/g", "content": ""}), 400, "invalid_request")
	for body, field := range map[string]string{
		`{"path":"x","content":""}`:                                        "sessionId",
		`{"sessionId":"` + id + `","content":""}`:                          "path",
		`{"sessionId":"` + id + `","path":"x"}`:                            "content",
		`{"sessionId":"` + id + `","path":"x","content":1}`:                "content",
		`{"sessionId":"` + id + `","path":"x","content":"","mode":1}`:      "mode",
		`{"sessionId":"` + id + `","path":"x","content":"\ud800"}`:         "content",
		`{"sessionId":"` + id + `","path":"x","content":"","encoding":""}`: "encoding",
	} {
		r := s.do("POST", "/files/write", body)
		s.want(r, 400, "invalid_request")
		if r.str("error.details.field") != field {
			t.Errorf("%s: %s", body, r)
		}
	}
	// The disk is one MB, of which one byte is taken.
	full := s.do("PUT", "/files/write?sessionId="+id+"&path=big", strings.Repeat("x", 1<<20))
	s.want(full, 507, "disk_full")
	if full.get("error.details.limit") != float64(1<<20) || full.get("error.details.value") != float64(1<<20+1) {
		t.Errorf("got %s", full)
	}
	s.want(s.do("PUT", "/files/write?sessionId="+id+"&path=big", strings.Repeat("x", 1<<20-1)), 200, "")
	s.want(s.read(id, "d/f"), 200, "")
}

// A path that only a directory can have is no file's, and what is wrong with a path is
// told with the path as it was sent.
func TestPathsOfFiles(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	for _, path := range []string{"a/", "a//", "a/.", "a/b/..", "/workspace/a/", "d/f/", "./a/./"} {
		for what, r := range map[string]reply{
			"path":          s.do("POST", "/files/write", map[string]any{"sessionId": id, "path": path, "content": "x"}),
			"files[0].path": s.exec(id, "", "files", []any{map[string]any{"path": path, "content": "x"}}),
		} {
			s.want(r, 400, "invalid_request")
			if r.str("error.details.field") != what || !strings.Contains(r.str("error.message"), "ends in a slash or dots") {
				t.Errorf("%q: %s", path, r)
			}
		}
		s.want(s.do("PUT", "/files/write?sessionId="+id+"&path="+path, "x"), 400, "invalid_request")
	}
	if r := s.do("GET", "/files/list?sessionId="+id, nil); r.get("total") != float64(0) {
		t.Errorf("something was written: %s", r)
	}
	s.write(id, "d/f", "x")
	s.want(s.do("GET", "/files/list?sessionId="+id+"&path=d/", nil), 200, "")
	s.want(s.do("DELETE", "/files?sessionId="+id+"&path=d/&recursive=true", nil), 200, "")

	for path, limit := range map[string]any{
		"../up": nil, "/etc/passwd": nil, "nul\x00": nil, `"quoted"/../..`: nil,
		strings.Repeat("x/", 128) + "x": float64(128), "a/" + strings.Repeat("é", 128): float64(255), strings.Repeat("x", 4097): float64(4096),
	} {
		r := s.do("POST", "/files/write", map[string]any{"sessionId": id, "path": path, "content": "x"})
		s.want(r, 400, "invalid_request")
		value := r.str("error.details.value")
		if r.get("error.details.limit") != limit || value != path && (len(path) <= 128 || !strings.HasPrefix(path, strings.TrimSuffix(value, "…"))) {
			t.Errorf("%.40q: %s", path, r)
		}
	}
}

// A link to /tmp, which each execution has for itself, leads no client out of the
// workspace: what it writes there would be lost.
func TestLinksToTmp(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	s.want(s.exec(id, `import fs from "node:fs"; fs.symlinkSync("/tmp", "tmp"); fs.symlinkSync("/tmp/new", "new"); fs.mkdirSync("d"); fs.symlinkSync("../d", "d/in")`), 200, "")
	for _, path := range []string{"tmp/f", "tmp/d/f", "new"} {
		s.want(s.do("PUT", "/files/write?sessionId="+id+"&path="+path, "x"), 400, "invalid_request")
		s.want(s.do("POST", "/files/write", map[string]any{"sessionId": id, "path": path, "content": "x"}), 400, "invalid_request")
		s.want(s.exec(id, "", "files", []any{map[string]any{"path": path, "content": "x"}}), 400, "invalid_request")
	}
	s.want(s.exec(id, "", "workingDir", "tmp"), 400, "invalid_request")
	s.write(id, "d/in/f", "x")
	s.want(s.exec(id, "", "workingDir", "d/in"), 200, "")
}

// The times of files are ISO 8601 whatever a guest makes of them.
func TestFileTimes(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	s.want(s.exec(id, `import fs from "node:fs"; for (const year of ["+010000", "9999"]) { fs.writeFileSync(year, ""); const at = Date.parse(year + "-01-02T03:04:05.006Z") / 1000; fs.utimesSync(year, at, at) }`), 200, "")
	s.want(s.do("POST", "/execute", map[string]any{"sessionId": id, "command": "touch -d '-5000 years' before"}), 200, "")
	var list struct {
		Files []struct{ Path, Modified string }
	}
	if err := json.Unmarshal(s.do("GET", "/files/list?sessionId="+id, nil).body, &list); err != nil {
		t.Fatal(err)
	}
	for i, form := range []string{`^\+010000-01-02T03:04:05\.006Z$`, `^9999-01-02T03:04:05\.006Z$`, `^-00[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z$`} {
		if i >= len(list.Files) || !regexp.MustCompile(form).MatchString(list.Files[i].Modified) {
			t.Errorf("%+v: number %d is not %s", list.Files, i, form)
		}
	}
}

func TestEntriesQuota(t *testing.T) {
	s := newServer(t, options{session: func(c *sessionConfig) { c.Entries = 3 }})
	id := s.create()
	s.write(id, "a/b", "")
	s.write(id, "c", "")
	r := s.do("PUT", "/files/write?sessionId="+id+"&path=d", "x")
	s.want(r, 429, "quota_exceeded")
	if r.get("error.details.limit") != 3. {
		t.Errorf("got %s", r)
	}
	s.write(id, "c", "again")
}

func TestRanges(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	content := strings.Repeat("0123456789", 20_000) // several chunks
	s.write(id, "f", content)
	for spec, want := range map[string]string{
		"bytes=0-9": content[:10], "bytes=65530-65545": content[65530:65546], "bytes=-7": content[len(content)-7:],
		"bytes=199990-": content[199990:], "bytes=5-5": content[5:6], "bytes=0-": content,
	} {
		r := s.read(id, "f", "Range", spec)
		s.want(r, 206, "")
		if string(r.body) != want {
			t.Errorf("%s: %d bytes", spec, len(r.body))
		}
		if got := r.header.Get("Content-Range"); !strings.HasSuffix(got, "/200000") || !strings.HasPrefix(got, "bytes ") {
			t.Errorf("%s: Content-Range %q", spec, got)
		}
	}
	for _, spec := range []string{"bytes=0-1,5-6", "lines=1-2", "bytes=9-1", "bytes=x"} {
		if r := s.read(id, "f", "Range", spec); r.status != 200 || string(r.body) != content {
			t.Errorf("%s: status %d, %d bytes", spec, r.status, len(r.body))
		}
	}
	if r := s.read(id, "f", "Range", "bytes=0-1", "If-Range", `"x"`); r.status != 200 {
		t.Errorf("If-Range: %d", r.status)
	}
	for _, spec := range []string{"bytes=200000-", "bytes=-0", "bytes=999999-9999999"} {
		r := s.read(id, "f", "Range", spec)
		s.want(r, 416, "range_not_satisfiable")
		if got := r.header.Get("Content-Range"); got != "bytes */200000" {
			t.Errorf("%s: Content-Range %q", spec, got)
		}
	}
}
