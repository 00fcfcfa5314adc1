package api

import (
	"net"
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"
)

// internalHeader exempts a request from the CSRF rules: a page of another site
// cannot set a header without asking first (CORS), and is never allowed to.
const internalHeader = "X-Buntime-Internal"

// csrf applies the rules for state-changing requests that no key vouches for:
// they name the Origin they come from, an http or https one without credentials,
// and it is the host they ask. keyed says that a key header is there, though not
// a valid one: no browser sends that by itself, so such a request may leave
// Origin out, but not name a wrong one.
func csrf(h *fasthttp.RequestHeader, keyed bool) *Error {
	switch string(h.Method()) {
	case fasthttp.MethodGet, fasthttp.MethodHead, fasthttp.MethodOptions:
		return nil
	}
	if string(h.Peek(internalHeader)) == "true" {
		return nil
	}
	origins := h.PeekAll(fasthttp.HeaderOrigin)
	if len(origins) == 0 || len(origins) == 1 && len(origins[0]) == 0 {
		if keyed {
			return nil
		}
		return &Error{Code: CodeForbidden, Message: "Forbidden - Origin required", Details: map[string]any{"field": "Origin"}}
	}
	if len(origins) > 1 || !sameOrigin(string(origins[0]), string(h.Host())) {
		return &Error{Code: CodeForbidden, Message: "Forbidden - Origin does not match Host", Details: map[string]any{"field": "Origin"}}
	}
	return nil
}

// sameOrigin reports whether origin is an http or https origin, without
// credentials, of the host in the Host header.
func sameOrigin(origin, host string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.User != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" ||
		strings.HasSuffix(origin, "#") {
		return false
	}
	var port string
	switch u.Scheme {
	case "http":
		port = "80"
	case "https":
		port = "443"
	default:
		return false
	}
	a, ok := withPort(u.Host, port)
	b, ok2 := withPort(host, port)
	return ok && ok2 && strings.EqualFold(a, b)
}

// withPort returns the host and port of an authority that may lack the port.
func withPort(authority, port string) (string, bool) {
	if strings.ContainsAny(authority, "@/\\ ") {
		return "", false
	}
	host, p, err := net.SplitHostPort(authority)
	if err != nil {
		host, p = strings.Trim(authority, "[]"), port
		if strings.Contains(host, ":") != strings.HasPrefix(authority, "[") {
			return "", false // a bare IPv6 address or a malformed port
		}
	}
	if host == "" {
		return "", false
	}
	if p == "" {
		p = port
	}
	return net.JoinHostPort(host, p), true
}
