package npm

import (
	"encoding/base64"
	"net/url"
	"strings"
	"time"
)

// maxConfig bounds a .npmrc, in bytes.
const maxConfig = 64 << 10

// Config is a server's part of what an install may do. A zero field means its
// default.
type Config struct {
	// Registry is the URL of the registry; "" if there is none: then only a
	// project's .npmrc can name one.
	Registry string
	// MinReleaseAge refuses versions that were published more lately.
	MinReleaseAge time.Duration
	// MaxPackages bounds a tree; default 3,000.
	MaxPackages int
	// Timeout bounds one request; default 60 s.
	Timeout time.Duration
	// Now is the clock; default time.Now.
	Now func() time.Time
}

func (c Config) withDefaults() Config {
	if c.MaxPackages == 0 {
		c.MaxPackages = 3000
	}
	if c.Timeout == 0 {
		c.Timeout = time.Minute
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// settings are a project's: what its .npmrc says, over the server's.
type settings struct {
	registry   string            // with a slash at its end; "" if there is none
	scopes     map[string]string // "@scope" → registry
	auth       map[string]string // "//host/path/" → Authorization header
	env        map[string]string // for ${NAME}
	legacyPeer bool
	strictPeer bool
	saveExact  bool
	savePrefix string
	omitDev    bool
	minAge     time.Duration
	said       map[string]string // what .npmrc has, by key
}

func newSettings(c Config, env map[string]string) (*settings, error) {
	s := &settings{said: map[string]string{}, scopes: map[string]string{}, auth: map[string]string{}, env: env, savePrefix: "^", minAge: c.MinReleaseAge}
	if c.Registry != "" {
		r, err := registryURL(c.Registry)
		if err != nil {
			return nil, err
		}
		s.registry = r
	}
	return s, nil
}

// registryURL checks the URL of a registry and ends it with a slash.
func registryURL(raw string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(raw, "\\\r\n\t ") {
		return "", fail("EINVALIDREGISTRY", "", "%q is not the URL of a registry: http(s)://host/", cut(raw, 100))
	}
	return strings.TrimRight(u.String(), "/") + "/", nil
}

// CheckRegistry reports what is wrong with the URL of a registry.
func CheckRegistry(raw string) error {
	_, err := registryURL(raw)
	return err
}

// RegistryIn returns the registry that a .npmrc names; "" if it names none.
func RegistryIn(npmrc []byte) (string, error) {
	s, err := newSettings(Config{}, nil)
	if err == nil {
		err = s.read(npmrc)
	}
	return s.registry, err
}

// read takes in a .npmrc. Lines that it does not know are ignored, as npm does;
// nothing in it can reach a variable of the server.
func (s *settings) read(data []byte) error {
	if len(data) > maxConfig {
		return fail("ELIMIT", "", ".npmrc is larger than %d bytes", maxConfig)
	}
	basic := map[string][2]string{} // "//host/" → user, password
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			value = "true"
		}
		key, value = s.expand(strings.TrimSpace(key)), s.expand(strings.Trim(strings.TrimSpace(value), `"'`))
		if strings.ContainsAny(value, "\r\n\x00") {
			return fail("EINVALIDCONFIG", "", ".npmrc: the value of %s has a control character", cut(key, 40))
		}
		s.said[key] = value
		scope, isScope := strings.CutSuffix(key, ":registry")
		switch {
		case key == "registry":
			r, err := registryURL(value)
			if err != nil {
				return err
			}
			s.registry = r
		case isScope && strings.HasPrefix(scope, "@"):
			r, err := registryURL(value)
			if err != nil {
				return err
			}
			s.scopes[scope] = r
		case strings.HasPrefix(key, "//"):
			i := strings.LastIndexByte(key, ':')
			if i < 2 {
				continue
			}
			place, what := strings.TrimRight(key[:i], "/")+"/", key[i+1:]
			switch what {
			case "_authToken":
				s.auth[place] = "Bearer " + value
			case "_auth":
				s.auth[place] = "Basic " + value
			case "username":
				basic[place] = [2]string{value, basic[place][1]}
			case "_password":
				basic[place] = [2]string{basic[place][0], value}
			}
		case key == "legacy-peer-deps":
			s.legacyPeer = value == "true"
		case key == "strict-peer-deps":
			s.strictPeer = value == "true"
		case key == "save-exact":
			s.saveExact = value == "true"
		case key == "save-prefix":
			if value == "" || value == "^" || value == "~" {
				s.savePrefix = value
			}
		case key == "omit":
			s.omitDev = s.omitDev || value == "dev"
		}
	}
	for place, pair := range basic {
		password, err := base64.StdEncoding.DecodeString(pair[1])
		if err != nil || pair[0] == "" {
			continue
		}
		s.auth[place] = "Basic " + base64.StdEncoding.EncodeToString([]byte(pair[0]+":"+string(password)))
	}
	return nil
}

// expand replaces ${NAME} by the program's variables, never the server's.
func (s *settings) expand(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(before)
		b.WriteString(s.env[strings.TrimSuffix(name, "?")])
		text = after
	}
}

// registryOf returns the registry of a package. Errors: ENOREGISTRY.
func (s *settings) registryOf(name string) (string, error) {
	if scope, _, ok := strings.Cut(name, "/"); ok {
		if r := s.scopes[scope]; r != "" {
			return r, nil
		}
	}
	if s.registry == "" {
		return "", fail("ENOREGISTRY", "", "no registry is configured: set --npm-registry or NPM_CONFIG_REGISTRY for the server, or write registry=URL into .npmrc")
	}
	return s.registry, nil
}

// credentials returns the Authorization header for a URL: that of the longest
// path that the URL is below, at the very same host and port. A token set for a
// registry that is reached over https is not sent in clear.
func (s *settings) credentials(u *url.URL) string {
	if len(s.auth) == 0 || u.Scheme == "http" && s.reachedByTLS(u) {
		return ""
	}
	p := u.EscapedPath()
	for {
		if h := s.auth["//"+u.Host+strings.TrimRight(p, "/")+"/"]; h != "" {
			return h
		}
		i := strings.LastIndexByte(strings.TrimRight(p, "/"), '/')
		if i < 0 {
			return ""
		}
		if p = p[:i]; p == "" {
			return s.auth["//"+u.Host+"/"]
		}
	}
}

// reachedByTLS reports whether a registry at the URL's host is an https: one.
func (s *settings) reachedByTLS(u *url.URL) bool {
	plain := false
	for _, r := range append(mapValues(s.scopes), s.registry) {
		ru, err := url.Parse(r)
		if err != nil || ru.Host != u.Host {
			continue
		}
		if ru.Scheme == "https" {
			return true
		}
		plain = true
	}
	return !plain
}

func mapValues(m map[string]string) []string {
	out := make([]string, 0, len(m)+1)
	for _, v := range m {
		out = append(out, v)
	}
	return out
}
