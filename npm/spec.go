package npm

import (
	"encoding/json"
	"path"
	"strings"
	"unicode/utf8"
)

const (
	maxName = 214  // bytes of a package's name, as npm has it
	maxSpec = 2048 // bytes of what follows it in a dependency
)

// checkName reports a name that no package can have: EINVALIDNAME. It is
// stricter than a registry's history: what is refused could not be a folder, a
// part of a URL or a key without thought.
func checkName(name string) error {
	bad := func(why string) error {
		return fail("EINVALIDNAME", "", "%q is not a package name: %s", cut(name, 80), why)
	}
	switch {
	case name == "":
		return bad("it is empty")
	case len(name) > maxName:
		return bad("it is longer than 214 bytes")
	case !utf8.ValidString(name):
		return bad("it is not UTF-8")
	}
	base := name
	if scoped, ok := strings.CutPrefix(name, "@"); ok {
		scope, rest, slash := strings.Cut(scoped, "/")
		if !slash || scope == "" || !plainName(scope) || strings.HasPrefix(scope, ".") {
			return bad("a scope is @scope/name")
		}
		base = rest
	}
	switch lower := strings.ToLower(base); {
	case base == "":
		return bad("it is empty")
	case strings.HasPrefix(base, "."), strings.HasPrefix(base, "_"):
		return bad("it begins with a dot or an underscore")
	case lower == "node_modules" || lower == "favicon.ico":
		return bad("the name is reserved")
	case !plainName(base):
		return bad("it has characters other than letters, digits and -._!'()*")
	}
	return nil
}

// plainName reports whether s is made of what names are made of: what
// encodeURIComponent leaves, without "~".
func plainName(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._!'()*", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}

// kind is what a dependency's specifier asks for.
type kind uint8

const (
	kindRange     kind = iota // of a registry
	kindTag                   // of a registry
	kindFolder                // file: and link: of a folder
	kindArchive               // file: of an archive
	kindRemote                // URL of an archive
	kindWorkspace             // workspace:
)

// spec is a dependency's specifier, understood.
type spec struct {
	kind kind
	raw  string
	name string // of the package in its registry, if not that of the dependency (npm:)
	want string // range, tag, path or URL
}

// registry reports whether a registry has it.
func (s spec) registry() bool { return s.kind == kindRange || s.kind == kindTag }

// parseSpec reads what a dependency called name asks for. Errors: EINVALIDNAME,
// EINVALIDRANGE, EUNSUPPORTED.
func parseSpec(name, raw string) (spec, error) {
	if err := checkName(name); err != nil {
		return spec{}, err
	}
	s := spec{raw: raw, name: name}
	if len(raw) > maxSpec {
		return s, fail("EINVALIDRANGE", name, "its specifier is longer than %d bytes", maxSpec)
	}
	text := strings.TrimSpace(raw)
	lower := strings.ToLower(text)
	protocol, rest, hasProtocol := strings.Cut(text, ":")
	switch {
	case strings.HasPrefix(lower, "npm:"):
		alias, want := splitAt(rest)
		if err := checkName(alias); err != nil {
			if strings.Contains(alias, ":") {
				return s, fail("EUNSUPPORTED", name, "%q is an alias of something that is not in a registry", cut(text, 80))
			}
			return s, err
		}
		inner, err := parseSpec(alias, want)
		if err != nil {
			return s, err
		}
		if !inner.registry() {
			return s, fail("EUNSUPPORTED", name, "%q is an alias of something that is not in a registry", cut(text, 80))
		}
		inner.raw = raw
		return inner, nil
	case strings.HasPrefix(lower, "workspace:"):
		if strings.Contains(rest, "/") || strings.Contains(rest, "\\") {
			return s, fail("EPATH", name, "%q: a workspace is asked for by version, *, ^ or ~", cut(text, 80))
		}
		s.kind, s.want = kindWorkspace, rest
		return s, nil
	case strings.HasPrefix(lower, "file:"), strings.HasPrefix(lower, "link:"), strings.HasPrefix(lower, "portal:"),
		strings.HasPrefix(text, "./"), strings.HasPrefix(text, "../"), strings.HasPrefix(text, "/"), strings.HasPrefix(text, "~/"), text == ".", text == "..":
		p := text
		if hasProtocol && !strings.HasPrefix(text, ".") && !strings.HasPrefix(text, "/") {
			p = rest
		}
		if strings.HasPrefix(p, "//") {
			p = "/" + strings.TrimLeft(p, "/")
		}
		if strings.ContainsAny(p, "\\\x00") || strings.HasPrefix(p, "~") {
			return s, fail("EPATH", name, "%q is not a path in the workspace", cut(text, 80))
		}
		s.kind, s.want = kindFolder, p
		if isArchive(p) && !strings.HasPrefix(lower, "link:") {
			s.kind = kindArchive
		}
		return s, nil
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"):
		if strings.HasSuffix(strings.ToLower(text), ".git") {
			return s, gitRefused(name, text)
		}
		s.kind, s.want = kindRemote, text
		return s, nil
	case strings.HasPrefix(lower, "git+"), strings.HasPrefix(lower, "git:"), strings.HasPrefix(lower, "git@"), strings.HasPrefix(lower, "ssh:"),
		strings.HasPrefix(lower, "github:"), strings.HasPrefix(lower, "gitlab:"), strings.HasPrefix(lower, "bitbucket:"), strings.HasPrefix(lower, "gist:"):
		return s, gitRefused(name, text)
	case hasProtocol && isProtocol(protocol):
		return s, fail("EUNSUPPORTED", name, "%q: dependencies come from a registry, a folder or an archive", cut(text, 80))
	}
	if validRange(text) {
		s.kind, s.want = kindRange, text
		return s, nil
	}
	if strings.Contains(text, "/") {
		return s, gitRefused(name, text) // user/repository
	}
	if !plainTag(text) {
		return s, fail("EINVALIDRANGE", name, "%q is neither a range of versions nor a tag", cut(text, 80))
	}
	s.kind, s.want = kindTag, text
	return s, nil
}

func gitRefused(name, text string) error {
	return fail("EUNSUPPORTED", name, "%q is a git repository, which packages are not taken from here: use a version from a registry, or the https: URL of an archive (.tgz)", cut(text, 80))
}

func isArchive(p string) bool {
	p = strings.ToLower(p)
	return strings.HasSuffix(p, ".tgz") || strings.HasSuffix(p, ".tar.gz") || strings.HasSuffix(p, ".tar")
}

func isProtocol(s string) bool {
	for i := range len(s) {
		if c := s[i]; ('a' > c || c > 'z') && ('A' > c || c > 'Z') && c != '+' && c != '-' && c != '.' && ('0' > c || c > '9') {
			return false
		}
	}
	return s != "" && (s[0] < '0' || s[0] > '9')
}

// plainTag reports whether s can be a dist-tag.
func plainTag(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._!~*'()+", c) >= 0:
		default:
			return false
		}
	}
	return s != "" && len(s) <= 256 && s != "." && s != ".."
}

// splitAt divides "name@spec", where name may begin with "@".
func splitAt(s string) (name, want string) {
	if i := strings.IndexByte(s[min(1, len(s)):], '@'); i >= 0 {
		return s[:i+1], s[i+2:]
	}
	return s, ""
}

// request is what a command line names: a dependency to add.
type request struct {
	name string // "" until the archive or folder has been looked at
	spec spec
	tag  bool // nothing was asked for but the name, or a tag
}

// parseRequest reads an argument of `bun add`.
func parseRequest(arg string) (request, error) {
	if len(arg) > maxSpec {
		return request{}, fail("EINVALIDRANGE", "", "%q is longer than %d bytes", cut(arg, 40), maxSpec)
	}
	lower := strings.ToLower(arg)
	local := strings.HasPrefix(arg, "./") || strings.HasPrefix(arg, "../") || strings.HasPrefix(arg, "/") || strings.HasPrefix(lower, "file:") || strings.HasPrefix(lower, "link:")
	if local || strings.HasPrefix(lower, "http:") || strings.HasPrefix(lower, "https:") {
		s, err := parseSpec("x", arg)
		s.name = ""
		return request{spec: s}, err
	}
	name, want := splitAt(arg)
	if checkName(name) != nil && (strings.Contains(arg, ":") || strings.Count(arg, "/") == 1 && !strings.HasPrefix(arg, "@")) {
		return request{}, gitRefused("", arg)
	}
	s, err := parseSpec(name, want)
	return request{name: name, spec: s, tag: s.kind == kindTag || want == ""}, err
}

// A workspacePath is a path of the guest, cleaned: "/workspace/a".
func inside(root, p string) bool {
	return p == root || strings.HasPrefix(p, strings.TrimSuffix(root, "/")+"/")
}

// below is a path inside root as seen from there: "" for root itself.
func below(root, p string) string { return strings.TrimPrefix(strings.TrimPrefix(p, root), "/") }

// joinInside returns the absolute path that p leads to from dir, or EPATH if it
// is not below root.
func joinInside(root, dir, p string) (string, error) {
	if strings.ContainsAny(p, "\\\x00") {
		return "", fail("EPATH", "", "%q is not a path in the workspace", cut(p, 80))
	}
	abs := p
	if !path.IsAbs(p) {
		abs = path.Join(dir, p)
	}
	abs = path.Clean(abs)
	if !inside(root, abs) {
		return "", fail("EPATH", "", "%q leads out of the workspace", cut(p, 80))
	}
	return abs, nil
}

// stringMap decodes an object of strings and drops what is none, as npm does.
type stringMap map[string]string

func (m *stringMap) UnmarshalJSON(b []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return nil // npm ignores what is not an object
	}
	*m = make(stringMap, len(raw))
	for k, v := range raw {
		var s string
		if json.Unmarshal(v, &s) == nil {
			(*m)[k] = s
		}
	}
	return nil
}
