package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/rates"
	"github.com/buntime/buntime/jsengine"
)

// suite is a checkout, the engine that runs it, and a server of its files on loopback.
type suite struct {
	dir     string
	engine  *jsengine.Engine
	server  *http.Server
	serving sync.WaitGroup
	base    string // the server's origin
	fetcher *hostfuncs.Fetcher
	harness string
}

// file is one file of tests, or one variant of it.
type file struct {
	path    string // from the checkout, with slashes
	area    string
	source  string
	scripts []string // paths of what it loads before
	variant string   // its URL's query
}

func (f *file) name() string { return f.path + f.variant }

// result is how one test went; Why is "" if it passed.
type result struct{ Name, Why string }

func open(ctx context.Context, dir string) (*suite, error) {
	b, err := os.ReadFile(filepath.Join(dir, "resources", "testharness.js"))
	if err != nil {
		return nil, err
	}
	s := &suite{dir: dir, harness: string(b)}
	if s.engine, err = jsengine.Open(ctx, jsengine.Config{}); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, s.engine.Close())
	}
	s.base = "http://" + l.Addr().String()
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServerFS(os.DirFS(dir)))
	mux.HandleFunc("/fetch/api/resources/"+echo, echoContent)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	s.serving.Go(func() { _ = s.server.Serve(l) }) // until close
	policy, err := hostfuncs.ServerPolicy("public", []string{l.Addr().String()})
	if err != nil {
		s.close()
		return nil, err
	}
	s.fetcher = hostfuncs.NewFetcher(hostfuncs.FetcherConfig{Policy: policy})
	return s, nil
}

// echo is the one handler of the suite's server that this one has too.
const echo = "echo-content.py"

func echoContent(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Request-Method", r.Method)
	for _, name := range []string{"Content-Length", "Content-Type"} {
		value := r.Header.Get(name)
		if value == "" {
			value = "NO"
		}
		w.Header().Set("X-Request-"+name, value)
	}
	w.Header().Set("Content-Type", "text/plain")
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 16<<20))
	if err == nil {
		_, err = w.Write(b)
	}
	if err != nil {
		panic(http.ErrAbortHandler) // the client sees that it failed
	}
}

func (s *suite) close() {
	if s.fetcher != nil {
		s.fetcher.Close()
	}
	_ = s.server.Close() // nobody is asking any more
	s.serving.Wait()
	_ = s.engine.Close()
}

var (
	meta   = regexp.MustCompile(`(?m)^// META: ([a-z]+)=(.*)$`)
	global = regexp.MustCompile(`\b(worker|dedicatedworker|shadowrealm|jsshell)\b`)
	// computed are the files whose server computes answers, or that need a document or a description of interfaces, or are of what browsers alone have.
	computed = regexp.MustCompile(`\.py\b|\.sub\.|get-host-info|idlharness|new (XMLHttpRequest|FileReader|VideoFrame)\b|\bcaches\.|type: 'owning'`)
	// browsers are the rules for what pages may send, which protect a user's cookies and networks: a server's programs may.
	// The expectations of workerd for these tests leave them out as well.
	browsers = regexp.MustCompile(`^fetch/api/(request/request-(headers|init-priority)|headers/headers-no-cors)`)
)

// find lists the files of areas; a checkout may be older, or newer, than one.
func (s *suite) find(areas []string, match *regexp.Regexp) ([]*file, error) {
	var list []*file
	for _, area := range areas {
		names, err := rates.Find(s.dir, area, ".any.js", match)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, name := range names {
			b, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(name)))
			if err != nil {
				return nil, err
			}
			list = append(list, s.parse(name, area, string(b))...)
		}
	}
	return list, nil
}

// parse reads what a file says of itself; none if it cannot run here. What the
// standards have not taken yet counts apart.
func (s *suite) parse(rel, area, source string) []*file {
	if computed.MatchString(rel) || computed.MatchString(strings.ReplaceAll(source, echo, "")) || browsers.MatchString(rel) {
		return nil
	}
	f := file{path: rel, area: area, source: source}
	if strings.Contains(rel, ".tentative.") {
		f.area += ", tentative"
	}
	variants := []string{}
	for _, m := range meta.FindAllStringSubmatch(source, -1) {
		value := strings.TrimSpace(m[2])
		switch m[1] {
		case "global":
			if !global.MatchString(value) {
				return nil // of windows alone
			}
		case "script":
			if !strings.HasPrefix(value, "/") {
				value = "/" + path.Join(path.Dir(rel), value)
			}
			f.scripts = append(f.scripts, value)
			if b, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(value))); err == nil && bytes.Contains(b, []byte("new XMLHttpRequest")) {
				return nil
			}
		case "variant":
			variants = append(variants, value)
		}
	}
	if len(variants) == 0 {
		return []*file{&f}
	}
	var list []*file
	for _, v := range variants {
		one := f
		one.variant = v
		list = append(list, &one)
	}
	return list
}

// program is what a worker's scope of a browser is to the harness: scripts of the
// global scope, at a URL. Fetch of what is not a URL, and a Request of it, is of what is beside the test.
const program = `import vm from "node:vm";
const { url, scripts } = JSON.parse(IN);
const say = process.stdout.write.bind(process.stdout);
const { stringify } = JSON;
const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
const location = new URL(url);
define("self", globalThis);
define("GLOBAL", { isWindow: () => false, isWorker: () => false, isShadowRealm: () => false });
const { fetch: fetched, Request: request } = globalThis;
const absolute = (input) => (typeof input === "string" ? new URL(input, location).href : input);
define("fetch", async function fetch(input, init) { return fetched(absolute(input), init); });
const Request = new Proxy(request, {
  construct: (target, args, made) => Reflect.construct(target, args.length > 0 ? [absolute(args[0]), ...args.slice(1)] : args, made === Request ? target : made),
});
define("Request", Request);
process.on("unhandledRejection", () => {});
let results = [];
let ended = false;
process.on("uncaughtException", (e) => results.push({ Name: "(uncaught)", Why: String(e) }));
process.on("exit", () => say(stringify({ ended, results }) + "\n"));
vm.runInThisContext(scripts[0].source, { filename: scripts[0].name });
define("location", location); // the harness takes what has none for a shell, which is nearest to what this is
globalThis.add_result_callback((t) => { results.push({ Name: String(t.name), Why: t.status === 0 || t.status === 4 ? "" : ["PASS", "FAIL", "TIMEOUT", "NOTRUN"][t.status] + ": " + String(t.message).slice(0, 300) }); });
globalThis.add_completion_callback((all, status) => {
  ended = true;
  if (status.status !== 0) results.push({ Name: "(harness)", Why: String(status.message) });
  process.exit(0);
});
try {
  for (const s of scripts.slice(1)) vm.runInThisContext(s.source, { filename: s.name });
} catch (e) {
  results.push({ Name: "(load)", Why: String(e) });
  process.exit(0);
}
`

// sharedBuffers is common/sab.js, which takes the constructor from a shared memory of
// WebAssembly's, of which there is none here, since browsers may hide it.
const sharedBuffers = `const createBuffer = (type, length, options) => new { ArrayBuffer, SharedArrayBuffer }[type](length, options);`

// run runs a file. A file that does not end is one more test that fails.
func (s *suite) run(ctx context.Context, f *file) []result {
	type script struct {
		Name   string `json:"name"`
		Source string `json:"source"`
	}
	in := struct {
		URL     string   `json:"url"`
		Scripts []script `json:"scripts"`
	}{URL: s.base + "/" + strings.TrimSuffix(f.path, ".js") + ".worker.html" + f.variant, Scripts: []script{{"/resources/testharness.js", s.harness}}}
	for _, name := range f.scripts {
		b, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(name)))
		if err != nil {
			return []result{{"(load)", err.Error()}}
		}
		if name == "/common/sab.js" {
			b = []byte(sharedBuffers)
		}
		in.Scripts = append(in.Scripts, script{name, string(b)})
	}
	in.Scripts = append(in.Scripts, script{"/" + f.path, f.source})
	b, err := json.Marshal(in)
	if err != nil {
		return []result{{"(load)", err.Error()}}
	}
	quoted, _ := json.Marshal(string(b)) // of a string: cannot fail
	var stdout bytes.Buffer
	r, err := s.engine.Run(ctx, &jsengine.Program{
		Code: strings.Replace(program, "IN", string(quoted), 1), Language: "js", Entry: "/workspace/[wpt].mjs", Node: true,
		Stdout: &stdout, Files: hostfuncs.NewWorkspace(hostfuncs.Config{}), Net: s.fetcher,
		Limits: jsengine.Limits{Timeout: 5 * time.Minute, Memory: 512 << 20, Output: 16 << 20},
	})
	if err != nil {
		return []result{{"(load)", err.Error()}}
	}
	text := strings.TrimSpace(stdout.String())
	var out struct {
		Ended   bool     `json:"ended"`
		Results []result `json:"results"`
	}
	if err := json.Unmarshal([]byte(text[strings.LastIndexByte(text, '\n')+1:]), &out); err != nil {
		return []result{{"(end)", fmt.Sprintf("it printed %.200q, ended with %d, limit %v", text, r.ExitCode, r.Limit)}}
	}
	if !out.Ended {
		out.Results = append(out.Results, result{"(end)", "it did not complete"})
	}
	return out.Results
}
