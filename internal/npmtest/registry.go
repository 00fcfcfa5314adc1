// Package npmtest is a registry of npm packages on loopback, for tests: made-up
// packages, with tags, ETags, credentials, and whatever a test wants to go wrong.
package npmtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha1"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Object is a JSON object.
type Object = map[string]any

// Package is one version of a package.
type Package struct {
	Manifest Object            // its package.json: name and version are required
	Files    map[string]string // beside package.json
	Time     time.Time         // when it was published; default long ago
	Tarball  []byte            // the archive itself; made of Files if nil

	// What the registry says instead of the truth, by name: "integrity",
	// "shasum", "tarball", or any field of the version's manifest. nil leaves a
	// field out.
	Lies Object
}

// Registry is a registry under URL. Its fields may be set before it is used.
type Registry struct {
	URL string // with a slash at its end
	// Token, if set, must be sent with every request, as a bearer's.
	Token string
	// Intercept may answer a request itself, by returning true.
	Intercept func(w http.ResponseWriter, r *http.Request) bool
	// MaxAge is the Cache-Control of packuments; "" for none.
	MaxAge string

	srv *httptest.Server

	mu       sync.Mutex
	packages map[string]map[string]Package // by name and version
	tags     map[string]map[string]string
	requests []Request
}

// Request is one that was made.
type Request struct {
	Path   string // decoded
	Auth   string // the Authorization header
	Accept string
	Match  string // If-None-Match
}

// New starts a registry, which the caller must Close.
func New() *Registry {
	r := &Registry{packages: map[string]map[string]Package{}, tags: map[string]map[string]string{}}
	r.srv = httptest.NewServer(http.HandlerFunc(r.serve))
	r.URL = r.srv.URL + "/"
	return r
}

// Close stops the registry.
func (r *Registry) Close() { r.srv.Close() }

// Host is the registry's host:port.
func (r *Registry) Host() string { return strings.TrimPrefix(r.srv.URL, "http://") }

// Add publishes packages. The last one of a name is its "latest".
func (r *Registry) Add(list ...Package) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range list {
		name, version := fmt.Sprint(p.Manifest["name"]), fmt.Sprint(p.Manifest["version"])
		if r.packages[name] == nil {
			r.packages[name], r.tags[name] = map[string]Package{}, map[string]string{}
		}
		r.packages[name][version] = p
		r.tags[name]["latest"] = version
	}
}

// Tag sets a dist-tag.
func (r *Registry) Tag(name, tag, version string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tags[name][tag] = version
}

// Requests returns what was asked for since the last call.
func (r *Registry) Requests() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.requests
	r.requests = nil
	return list
}

func (r *Registry) serve(w http.ResponseWriter, req *http.Request) {
	path := strings.TrimPrefix(req.URL.Path, "/")
	r.mu.Lock()
	r.requests = append(r.requests, Request{path, req.Header.Get("Authorization"), req.Header.Get("Accept"), req.Header.Get("If-None-Match")})
	r.mu.Unlock()
	if r.Intercept != nil && r.Intercept(w, req) {
		return
	}
	if r.Token != "" && req.Header.Get("Authorization") != "Bearer "+r.Token {
		http.Error(w, `{"error":"unauthorized"}`, http.StatusUnauthorized)
		return
	}
	if name, file, ok := strings.Cut(path, "/-/"); ok {
		r.serveTarball(w, name, file)
		return
	}
	b, ok := r.Packument(path, !strings.Contains(req.Header.Get("Accept"), "install-v1"))
	if !ok {
		http.Error(w, `{"error":"not found"}`, http.StatusNotFound)
		return
	}
	sum := sha1.Sum(b)
	etag := `"` + hex.EncodeToString(sum[:]) + `"`
	w.Header().Set("ETag", etag)
	if r.MaxAge != "" {
		w.Header().Set("Cache-Control", r.MaxAge)
	}
	if req.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/vnd.npm.install-v1+json")
	_, _ = w.Write(b) // the client may go away
}

func (r *Registry) serveTarball(w http.ResponseWriter, name, file string) {
	base := name[strings.LastIndexByte(name, '/')+1:]
	version := strings.TrimSuffix(strings.TrimPrefix(file, base+"-"), ".tgz")
	r.mu.Lock()
	p, ok := r.packages[name][version]
	r.mu.Unlock()
	if !ok {
		http.NotFound(w, nil)
		return
	}
	_, _ = w.Write(p.Archive()) // the client may go away
}

// Packument returns what the registry says of a package.
func (r *Registry) Packument(name string, full bool) ([]byte, bool) {
	name, err := url.PathUnescape(name)
	r.mu.Lock()
	defer r.mu.Unlock()
	list, ok := r.packages[name]
	if err != nil || !ok {
		return nil, false
	}
	versions, times := Object{}, Object{}
	last := time.Time{}
	for v, p := range list {
		at := p.Time
		if at.IsZero() {
			at = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		times[v] = at.Format(time.RFC3339)
		if at.After(last) {
			last = at
		}
		data := p.Archive()
		sum, weak := sha512.Sum512(data), sha1.Sum(data)
		base := name[strings.LastIndexByte(name, '/')+1:]
		dist := Object{
			"integrity": "sha512-" + base64.StdEncoding.EncodeToString(sum[:]),
			"shasum":    hex.EncodeToString(weak[:]),
			"tarball":   r.URL + name + "/-/" + base + "-" + v + ".tgz",
		}
		m := maps.Clone(p.Manifest)
		if scripts, ok := m["scripts"].(Object); ok && (scripts["install"] != nil || scripts["preinstall"] != nil || scripts["postinstall"] != nil) {
			m["hasInstallScript"] = true
		}
		for key, lie := range p.Lies {
			at := m
			if _, inDist := dist[key]; inDist {
				at = dist
			}
			if at[key] = lie; lie == nil {
				delete(at, key)
			}
		}
		m["dist"], m["_id"] = dist, name+"@"+v
		versions[v] = m
	}
	doc := Object{"name": name, "dist-tags": r.tags[name], "versions": versions, "modified": last.Format(time.RFC3339)}
	if full {
		delete(doc, "modified")
		times["modified"], times["created"] = last.Format(time.RFC3339), last.Format(time.RFC3339)
		doc["time"], doc["_id"] = times, name
	}
	b, err := json.Marshal(doc)
	return b, err == nil
}

// Archive returns the package's archive; the same one each time.
func (p Package) Archive() []byte {
	if p.Tarball != nil {
		return p.Tarball
	}
	manifest, err := json.Marshal(p.Manifest)
	if err != nil {
		panic(err) // only what JSON cannot hold
	}
	files := map[string]string{"package/package.json": string(manifest)}
	for name, data := range p.Files {
		files["package/"+name] = data
	}
	return Gzip(Tar(files))
}

// Tar returns an archive of files, by name.
func Tar(files map[string]string) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		h := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name])), Typeflag: tar.TypeReg}
		if err := w.WriteHeader(h); err != nil {
			panic(err) // only for what a tar cannot hold
		}
		_, _ = io.WriteString(w, files[name]) // a buffer takes all
	}
	_ = w.Close()
	return b.Bytes()
}

// Gzip compresses.
func Gzip(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data) // a buffer takes all
	_ = w.Close()
	return b.Bytes()
}

// Simple is a package without files of note.
func Simple(name, version string, dependencies Object) Package {
	m := Object{"name": name, "version": version, "license": "MIT"}
	if len(dependencies) > 0 {
		m["dependencies"] = dependencies
	}
	return Package{Manifest: m, Files: map[string]string{"index.js": "module.exports = " + fmt.Sprintf("%q", name+"@"+version) + "\n"}}
}
