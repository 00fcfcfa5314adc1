package weburl

import "strings"

// Set changes one part of the URL as the setter of that name does on the URL
// class: protocol, username, password, host, hostname, port, pathname, search or
// hash. Values that cannot be are ignored, as there. (href is Parse.)
func (u *URL) Set(part, value string) {
	switch part {
	case "protocol":
		u.try(value+":", schemeStart)
	case "username":
		if !u.cannotHaveCredentials() {
			u.Username = encodeString(value, userinfoSet)
		}
	case "password":
		if !u.cannotHaveCredentials() {
			u.Password = encodeString(value, userinfoSet)
		}
	case "host":
		if !u.Opaque {
			u.setHost(value, host)
		}
	case "hostname":
		if !u.Opaque {
			u.setHost(value, hostname)
		}
	case "port":
		switch {
		case u.cannotHaveCredentials():
		case value == "":
			u.Port = -1
		default:
			u.try(value, port)
		}
	case "pathname":
		if u.Opaque {
			return
		}
		u.Path = nil
		u.parse(value, nil, pathStart)
	case "search":
		if value == "" {
			u.Query, u.HasQuery = "", false
			return
		}
		u.Query, u.HasQuery = "", true
		u.parse(strings.TrimPrefix(value, "?"), nil, query)
	case "hash":
		if value == "" {
			u.Fragment, u.HasFragment = "", false
			return
		}
		u.Fragment, u.HasFragment = "", true
		u.parse(strings.TrimPrefix(value, "#"), nil, fragment)
	}
}

// try parses into a copy and keeps it unless the parser gave up.
func (u *URL) try(input string, from state) {
	c := *u
	if c.parse(input, nil, from) {
		*u = c
	}
}

// setHost is special in that a bad port after a good host keeps the host.
func (u *URL) setHost(value string, from state) {
	c := *u
	ok := c.parse(value, nil, from)
	if ok || c.Host != u.Host || c.HasHost != u.HasHost {
		*u = c
	}
}
