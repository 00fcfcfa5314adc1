package npm

import (
	"bytes"
	"container/list"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"deps.dev/util/semver"
)

// Bounds of what a registry may answer.
const (
	maxPackument    = 64 << 20 // bytes
	maxVersions     = 30_000
	maxTags         = 2000
	packumentFresh  = 5 * time.Minute
	packumentCache  = 128 << 20 // bytes of packuments kept, over all tenants
	maxConnections  = 16        // requests of one install at once
	maxTries        = 3
	maxErrorMessage = 200
)

// HTTP makes GET requests. It decides what may be reached, for each redirect
// anew, and sends Authorization to no other origin than that of the URL.
type HTTP interface {
	Get(ctx context.Context, url string, header map[string]string) (*Response, error)
}

// Response is an answer. The caller closes Body.
type Response struct {
	Status int
	Header map[string]string // by lower-case name
	Body   io.ReadCloser
}

// Store keeps unpacked packages under the integrity of their archives: a
// tenant's own, or everyone's if tenant is "".
type Store interface {
	// Get returns a package, or nil if there is none.
	Get(ctx context.Context, tenant, integrity string) (*Package, error)
	// Put keeps a package, whose content is given beside it, and returns it as
	// kept. It may return the package as it is, if there is no room.
	Put(ctx context.Context, tenant, integrity string, p *Package, content []byte) (*Package, error)
}

// Client is what installs share: what registries said lately, and the store. It
// is safe for concurrent use.
type Client struct {
	cfg   Config
	store Store

	mu     sync.Mutex
	cached map[cacheKey]*list.Element // guarded by mu; of *packument
	order  list.List                  // guarded by mu; the longest unused first
	bytes  int64                      // guarded by mu
}

// cacheKey names a packument. What was fetched with credentials is kept for the
// tenant whose they are.
type cacheKey struct {
	tenant, url string
	full        bool
}

// NewClient returns a Client that keeps packages in store.
func NewClient(cfg Config, store Store) (*Client, error) {
	if _, err := newSettings(cfg, nil); err != nil {
		return nil, err
	}
	return &Client{cfg: cfg.withDefaults(), store: store, cached: map[cacheKey]*list.Element{}}, nil
}

// packument is what a registry says of a package: all its versions.
type packument struct {
	key      cacheKey
	name     string
	tags     map[string]string
	raw      map[string]json.RawMessage // version → manifest
	times    map[string]time.Time       // of a full one
	rawTimes json.RawMessage            // the same, as they came
	modified time.Time
	etag     string
	size     int64

	mu      sync.Mutex
	fetched time.Time            // guarded by mu
	maxAge  time.Duration        // guarded by mu
	parsed  map[string]*manifest // guarded by mu
	sorted  []release            // guarded by mu; newest first; nil: not sorted yet
}

type release struct {
	text    string
	version *semver.Version
}

// parsePackument reads a packument. Errors: EREGISTRY, ELIMIT.
func parsePackument(b []byte) (*packument, error) {
	p := &packument{raw: map[string]json.RawMessage{}, parsed: map[string]*manifest{}, size: int64(len(b))}
	bad := fail("EREGISTRY", "", "the registry's answer is not the description of a package")
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, bad
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, bad
		}
		switch t {
		case "versions":
			if t, err := d.Token(); err != nil || t != json.Delim('{') {
				return nil, bad
			}
			for n := 0; d.More(); n++ { // not len(p.raw): one version may be there many times
				t, err := d.Token()
				if err != nil {
					return nil, bad
				}
				if n >= maxVersions {
					return nil, fail("ELIMIT", "", "it has more than %d versions", maxVersions)
				}
				var raw json.RawMessage
				v, _ := t.(string)
				if err := d.Decode(&raw); err != nil {
					return nil, bad
				}
				p.raw[v] = raw
			}
			if _, err := d.Token(); err != nil {
				return nil, bad
			}
			continue
		default:
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, bad
		}
		switch t {
		case "name":
			p.name = decodeString(raw)
		case "dist-tags":
			if p.tags = decodeMap(raw); len(p.tags) > maxTags {
				return nil, fail("ELIMIT", "", "it has more than %d tags", maxTags)
			}
		case "modified":
			p.modified, _ = time.Parse(time.RFC3339, decodeString(raw))
		case "time":
			p.rawTimes = raw
			times := decodeMap(raw)
			p.times = make(map[string]time.Time, len(times))
			for v, text := range times {
				if at, err := time.Parse(time.RFC3339, text); err == nil {
					p.times[v] = at
				}
			}
			p.modified = p.times["modified"]
		}
	}
	if t, err := d.Token(); err != nil || t != json.Delim('}') {
		return nil, bad
	}
	return p, nil
}

// manifest returns what the packument says of a version: EMISMATCH if that is of
// something else.
func (p *packument) manifest(v string) (*manifest, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m := p.parsed[v]; m != nil {
		return m, nil
	}
	raw, ok := p.raw[v]
	if !ok {
		return nil, fail("ETARGET", p.name+"@"+cut(v, 60), "there is no such version")
	}
	m, err := parseManifest(raw)
	if err != nil {
		return nil, fail("EREGISTRY", p.name+"@"+cut(v, 60), "its manifest cannot be read: %s", err)
	}
	if m.Name != p.name || m.Version != v {
		return nil, fail("EMISMATCH", p.name+"@"+cut(v, 60), "the registry says that it is %q", cut(m.id(), 100))
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	p.parsed[v] = m
	return m, nil
}

// releases returns the versions, newest first.
func (p *packument) releases() []release {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sorted == nil {
		p.sorted = make([]release, 0, len(p.raw))
		for text := range p.raw {
			if v, ok := version(text); ok {
				p.sorted = append(p.sorted, release{text, v})
			}
		}
		slices.SortFunc(p.sorted, func(a, b release) int {
			if c := b.version.Compare(a.version); c != 0 {
				return c
			}
			return strings.Compare(b.text, a.text)
		})
	}
	return p.sorted
}

// registry is a Client as one install uses it.
type registry struct {
	client *Client
	http   HTTP
	set    *settings
	tenant string
	slots  chan struct{} // one for each request under way
	// charge is told how much memory answers hold more, or less; an error refuses.
	charge func(delta int64) error

	mu     sync.Mutex
	flying map[cacheKey]*flight // guarded by mu
	held   int64                // guarded by mu; charged until close
}

// hold charges for memory that is held until close.
func (r *registry) hold(n int64) error {
	if err := r.charge(n); err != nil {
		return fail("ELIMIT", "", "the host has no memory left for it")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held += n
	return nil
}

// close gives back what is held.
func (r *registry) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = r.charge(-r.held)
	r.held = 0
}

// flight is a packument being fetched.
type flight struct {
	done chan struct{}
	p    *packument
	err  error
}

func newRegistry(c *Client, http HTTP, set *settings, tenant string, charge func(int64) error) *registry {
	if charge == nil {
		charge = func(int64) error { return nil }
	}
	return &registry{
		client: c, http: http, set: set, tenant: tenant, charge: charge,
		slots: make(chan struct{}, maxConnections), flying: map[cacheKey]*flight{},
	}
}

// owner returns whose what is fetched from a URL is: the tenant's if it takes
// credentials, else everyone's.
func (r *registry) owner(u *url.URL) string {
	if r.set.credentials(u) != "" {
		return r.tenant
	}
	return ""
}

// packument returns what the registry says of a package. Calls for one package
// share a request.
func (r *registry) packument(ctx context.Context, name string, full bool) (*packument, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	base, err := r.set.registryOf(name)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(base + strings.Replace(name, "/", "%2f", 1))
	if err != nil {
		return nil, fail("EINVALIDREGISTRY", "", "%q is not the URL of a registry", cut(base, 100))
	}
	key := cacheKey{tenant: r.owner(u), url: u.String(), full: full}
	r.mu.Lock()
	f := r.flying[key]
	if f == nil {
		f = &flight{done: make(chan struct{})}
		r.flying[key] = f
		r.mu.Unlock()
		f.p, f.err = r.load(ctx, key, u, name)
		close(f.done)
	} else {
		r.mu.Unlock()
	}
	select {
	case <-f.done:
		return f.p, about(name, f.err)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// load fetches a packument, or takes it from the cache while it is fresh.
func (r *registry) load(ctx context.Context, key cacheKey, u *url.URL, name string) (*packument, error) {
	c := r.client
	now := c.cfg.Now()
	old := c.take(key)
	if old != nil && old.fresh(now) {
		return old, r.allowed(u)
	}
	header := map[string]string{"accept": "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8"}
	if key.full {
		header["accept"] = "application/json"
	}
	if old != nil && old.etag != "" {
		header["if-none-match"] = old.etag
	}
	resp, body, err := r.get(ctx, u, header, maxPackument)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.charge(-int64(cap(body))) }()
	if resp.Status == 304 && old != nil {
		old.refresh(now, maxAge(resp))
		return old, nil
	}
	if err := statusError(resp.Status); err != nil {
		return nil, err
	}
	p, err := parsePackument(body)
	if err != nil {
		return nil, err
	}
	if p.name != name {
		return nil, fail("EMISMATCH", "", "the registry answered with %q", cut(p.name, 100))
	}
	p.key, p.etag = key, resp.Header["etag"]
	if len(p.etag) > 256 {
		p.etag = ""
	}
	p.refresh(now, maxAge(resp))
	c.keep(p)
	return p, nil
}

// allowed asks whether a URL could be fetched, where HTTP can tell: what is
// cached is no way around its rules.
func (r *registry) allowed(u *url.URL) error {
	if a, ok := r.http.(interface{ Allowed(url string) error }); ok {
		if err := a.Allowed(u.String()); err != nil {
			return fail("EFETCH", "", "%s", cut(err.Error(), maxErrorMessage))
		}
	}
	return nil
}

func (p *packument) fresh(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	age := now.Sub(p.fetched)
	return age >= 0 && age < p.maxAge
}

func (p *packument) refresh(now time.Time, maxAge time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fetched, p.maxAge = now, maxAge
}

// maxAge is how long an answer is fresh: what it says, up to packumentFresh.
func maxAge(r *Response) time.Duration {
	for part := range strings.SplitSeq(r.Header["cache-control"], ",") {
		part = strings.ToLower(strings.TrimSpace(part))
		if part == "no-store" || part == "no-cache" {
			return 0
		}
		if text, ok := strings.CutPrefix(part, "max-age="); ok {
			if n, err := strconv.Atoi(text); err == nil && n >= 0 {
				return min(time.Duration(n)*time.Second, packumentFresh)
			}
		}
	}
	return packumentFresh
}

func (c *Client) take(key cacheKey) *packument {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.cached[key]
	if e == nil {
		return nil
	}
	c.order.MoveToBack(e)
	return e.Value.(*packument)
}

func (c *Client) keep(p *packument) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.cached[p.key]; e != nil {
		c.bytes -= c.order.Remove(e).(*packument).size
	}
	c.cached[p.key] = c.order.PushBack(p)
	c.bytes += p.size
	for c.bytes > packumentCache && c.order.Len() > 1 {
		old := c.order.Remove(c.order.Front()).(*packument)
		delete(c.cached, old.key)
		c.bytes -= old.size
	}
}

func statusError(status int) error {
	switch {
	case status == 200:
		return nil
	case status == 401:
		return fail("E401", "", "the registry wants credentials, or others: write //host/:_authToken=TOKEN into .npmrc")
	case status == 403:
		return fail("E403", "", "the registry does not allow it")
	case status == 404:
		return fail("E404", "", "it is not in the registry")
	}
	return fail("EREGISTRY", "", "the registry answered with status %d", status)
}

// get fetches a URL, with the credentials that are for it. The body, at most
// limit bytes, is charged: the caller gives back its capacity. Errors: EFETCH,
// ETIMEDOUT, ELIMIT, or ctx's.
func (r *registry) get(ctx context.Context, u *url.URL, header map[string]string, limit int64) (*Response, []byte, error) {
	if h := r.set.credentials(u); h != "" {
		header["authorization"] = h
	}
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	for try := 1; ; try++ {
		resp, body, err := r.once(ctx, u, header, limit)
		again := err != nil && codeOf(err) == "EFETCH" || err == nil && (resp.Status == 429 || resp.Status >= 500)
		if !again || try == maxTries || ctx.Err() != nil {
			return resp, body, err
		}
		_ = r.charge(-int64(cap(body)))
		wait := time.NewTimer(time.Duration(try*try) * 100 * time.Millisecond)
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return nil, nil, ctx.Err()
		}
	}
}

func (r *registry) once(ctx context.Context, u *url.URL, header map[string]string, limit int64) (_ *Response, _ []byte, err error) {
	limited, cancel := context.WithTimeout(ctx, r.client.cfg.Timeout)
	defer cancel()
	defer func() {
		switch {
		case err == nil || codeOf(err) != "":
		case ctx.Err() != nil:
			err = ctx.Err()
		case limited.Err() != nil, errors.Is(err, context.DeadlineExceeded):
			err = fail("ETIMEDOUT", "", "%s did not answer within %s", u.Host, r.client.cfg.Timeout)
		default:
			err = fail("EFETCH", "", "%s", cut(err.Error(), maxErrorMessage))
		}
	}()
	resp, err := r.http.Get(limited, u.String(), header)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := r.readAll(resp.Body, limit)
	return resp, body, err
}

// readAll reads what is charged for as it grows.
func (r *registry) readAll(src io.Reader, limit int64) (_ []byte, err error) {
	var b []byte
	defer func() {
		if err != nil {
			_ = r.charge(-int64(cap(b)))
		}
	}()
	for {
		if len(b) == cap(b) {
			size := max(64<<10, 2*cap(b))
			if err := r.charge(int64(size - cap(b))); err != nil {
				return nil, fail("ELIMIT", "", "the host has no memory left for it")
			}
			grown := make([]byte, len(b), size)
			copy(grown, b)
			b = grown
		}
		n, err := src.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if int64(len(b)) > limit {
			return nil, fail("ELIMIT", "", "the answer is larger than %d bytes", limit)
		}
		if err == io.EOF {
			return b, nil
		} else if err != nil {
			return nil, err
		}
	}
}

// tarballURL returns where a package's archive is fetched from. Only the
// package's registry is asked: a URL of another host is an error, unless it is
// what registries call an archive, which is then looked for in the package's own.
// Errors: EHOST.
func (r *registry) tarballURL(name, resolved string) (*url.URL, error) {
	base, err := r.set.registryOf(name)
	if err != nil {
		return nil, err
	}
	home, err := url.Parse(base)
	if err != nil {
		return nil, fail("EINVALIDREGISTRY", "", "%q is not the URL of a registry", cut(base, 100))
	}
	refused := func(why string) error {
		return fail("EHOST", "", "its archive is at %q, %s", cut(resolved, 150), why)
	}
	if strings.ContainsAny(resolved, "\\\r\n\t \x00") {
		return nil, refused("which is not a URL")
	}
	u, err := url.Parse(resolved)
	switch {
	case err != nil:
		return nil, refused("which is not a URL")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, refused("which is not at an http(s) URL")
	case u.User != nil:
		return nil, refused("a URL with credentials")
	}
	u.Fragment, u.RawFragment = "", ""
	if strings.EqualFold(u.Host, home.Host) && (u.Scheme == home.Scheme || u.Scheme == "https") {
		return u, nil
	}
	file := path.Base(u.Path)
	if strings.HasSuffix(u.Path, "/"+name+"/-/"+file) && strings.HasSuffix(file, ".tgz") && plainName(file) {
		return url.Parse(base + name + "/-/" + file)
	}
	return nil, refused("and not in the registry " + home.Host)
}

// archiveURL is where an archive lies that has no URL of its own.
func (r *registry) archiveURL(name, version string) (string, error) {
	base, err := r.set.registryOf(name)
	if err != nil {
		return "", err
	}
	file := name[strings.LastIndexByte(name, '/')+1:]
	return base + name + "/-/" + file + "-" + version + ".tgz", nil
}

// fetched is an archive to get.
type wanted struct {
	name, version string // what its package.json must say; version may be "": any
	url           *url.URL
	integrity     integrity // "" if pinned is false
	pinned        bool
	said          *manifest // what the registry or the lockfile says of it; may be nil
}

// remoteURL checks the URL of an archive that package.json names.
func remoteURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(raw, "\\\r\n\t \x00") {
		return nil, fail("EHOST", "", "%q is not the URL of an archive", cut(raw, 100))
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// fetch returns a package, from the store or the registry. Errors: EINTEGRITY,
// EARCHIVE, ELIMIT, EMISMATCH, those of get.
func (r *registry) fetch(ctx context.Context, w wanted) (*Package, integrity, error) {
	id := w.name
	if w.version != "" {
		id += "@" + w.version
	}
	owner := r.owner(w.url)
	if w.pinned {
		p, err := r.client.store.Get(ctx, owner, w.integrity.String())
		if err != nil {
			return nil, w.integrity, err
		}
		if p != nil {
			return p, w.integrity, about(id, w.match(p))
		}
	}
	resp, body, err := r.get(ctx, w.url, map[string]string{"accept": "application/octet-stream, */*"}, maxArchive)
	if err != nil {
		return nil, w.integrity, about(id, err)
	}
	defer func() { _ = r.charge(-int64(cap(body))) }()
	if err := statusError(resp.Status); err != nil {
		return nil, w.integrity, about(id, err)
	}
	p, sum, err := r.unpack(ctx, owner, w, body)
	return p, sum, about(id, err)
}

// unpack checks and unpacks an archive, and keeps it.
func (r *registry) unpack(ctx context.Context, owner string, w wanted, body []byte) (*Package, integrity, error) {
	sum := w.integrity
	if !w.pinned {
		sum = sha512Of(body)
	} else if err := sum.check(body); err != nil {
		return nil, sum, err
	}
	a, err := unpack(ctx, body, r.hold)
	if err != nil {
		return nil, sum, err
	}
	defer func() { _ = r.hold(-int64(cap(a.content))) }()
	p := a.asPackage()
	if err := w.match(p); err != nil {
		return nil, sum, err
	}
	if err := w.hidden(a.manifest); err != nil {
		return nil, sum, err
	}
	// A store has all of it twice for a moment: beside its description, and sealed.
	if err := r.hold(2 * int64(len(a.content))); err != nil {
		return nil, sum, err
	}
	defer func() { _ = r.hold(-2 * int64(len(a.content))) }()
	p, err = r.client.store.Put(ctx, owner, sum.String(), p, a.content)
	return p, sum, err
}

// match reports whether a package is the one that was asked for: EMISMATCH.
func (w wanted) match(p *Package) error {
	same := func(a, b string) bool { return a == b || compareVersions(a, b) == 0 && a != "" }
	if w.version == "" || p.Name == w.name && same(p.Version, w.version) {
		return nil
	}
	return fail("EMISMATCH", "", "its archive holds %q", cut(p.Name+"@"+p.Version, 100))
}

// hidden reports a dependency that an archive has and its registry, or the
// lockfile, does not tell of: EMISMATCH. Who looks at either would not see what
// the other installs.
func (w wanted) hidden(m *manifest) error {
	if w.said == nil {
		return nil
	}
	for _, deps := range []stringMap{m.Dependencies, m.OptionalDependencies} {
		for name := range deps {
			_, required := w.said.Dependencies[name]
			_, optional := w.said.OptionalDependencies[name]
			if !required && !optional && !m.bundles(name) && !w.said.bundles(name) {
				return fail("EMISMATCH", "", "its archive depends on %q, which is not said of it", cut(name, 80))
			}
		}
	}
	return nil
}

// pick returns the version of a package that a specifier means, as npm picks it.
// Errors: ETARGET, ETOONEW, and those of packument.
func (r *registry) pick(ctx context.Context, s spec) (*manifest, error) {
	p, err := r.packument(ctx, s.name, false)
	if err != nil {
		return nil, err
	}
	var cutoff time.Time
	if r.set.minAge > 0 {
		cutoff = r.client.cfg.Now().Add(-r.set.minAge)
		// The short form has no times, but says when there was a last change.
		if p.modified.IsZero() || p.modified.After(cutoff) {
			if p, err = r.packument(ctx, s.name, true); err != nil {
				return nil, err
			}
		} else {
			cutoff = time.Time{}
		}
	}
	if q := p.scripted(); q != nil && s.kind == kindRange {
		if m, err := q.pick(s, cutoff); err == nil {
			return m, nil
		}
	}
	return p.pick(s, cutoff)
}

// pick is registry.pick. With a cutoff only versions count that were published
// by then.
func (p *packument) pick(s spec, cutoff time.Time) (*manifest, error) {
	id := s.name + "@" + cut(s.want, 60)
	old := func(v string) bool {
		if cutoff.IsZero() {
			return true
		}
		at, ok := p.times[v]
		return ok && !at.After(cutoff)
	}
	tooNew := func() error {
		return fail("ETOONEW", id, "all that fits was published after %s, later than the minimum release age allows", cutoff.UTC().Format(time.RFC3339))
	}
	if s.kind == kindTag {
		v, ok := p.tags[s.want]
		if !ok {
			return nil, fail("ETARGET", id, "there is no version with this tag")
		}
		if _, known := p.raw[v]; !known {
			return nil, fail("ETARGET", id, "the tag is for %q, which is not there", cut(v, 60))
		}
		if old(v) {
			return p.manifest(v)
		}
		// The newest that is old enough and not newer than the tag's.
		s = spec{kind: kindRange, name: s.name, want: "<=" + v}
		if m, err := p.pick(s, cutoff); err == nil {
			return m, nil
		}
		return nil, tooNew()
	}
	if v, ok := version(s.want); ok {
		if _, known := p.raw[s.want]; !known {
			for _, rel := range p.releases() { // "v1.2", "=1.2.3"
				if rel.version.Compare(v) == 0 {
					s.want = rel.text
					break
				}
			}
		}
		if _, known := p.raw[s.want]; known {
			if !old(s.want) {
				return nil, tooNew()
			}
			return p.manifest(s.want)
		}
	}
	c, ok := rangeOf(s.want)
	if !ok {
		return nil, fail("EINVALIDRANGE", id, "%q is not a range of versions", cut(s.want, 60))
	}
	any := anyVersion(s.want)
	if latest := p.tags["latest"]; latest != "" && old(latest) {
		v, ok := version(latest)
		if _, known := p.raw[latest]; ok && known && (any || c.MatchVersion(v)) {
			m, err := p.manifest(latest)
			if err != nil {
				return nil, err
			}
			if m.Deprecated == "" && m.engineOK() {
				return m, nil
			}
		}
	}
	// The newest of the best: neither deprecated nor for another Node, then for
	// our Node, then not deprecated.
	var best *manifest
	rank, refused := -1, false
	for _, rel := range p.releases() {
		if !c.MatchVersion(rel.version) {
			continue
		}
		if !old(rel.text) {
			refused = true
			continue
		}
		m, err := p.manifest(rel.text)
		if err != nil {
			return nil, err
		}
		n := 0
		if m.engineOK() {
			n += 2
		}
		if m.Deprecated == "" {
			n++
		}
		if n > rank {
			best, rank = m, n
		}
		if rank == 3 {
			break
		}
	}
	switch {
	case best != nil:
		return best, nil
	case refused:
		return nil, tooNew()
	}
	return nil, fail("ETARGET", id, "no version fits")
}
