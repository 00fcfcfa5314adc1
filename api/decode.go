package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/session"
)

// createRequest is the body of POST /sessions/create.
type createRequest struct {
	TTL      time.Duration   // ttl: seconds; 0 if not given
	Metadata json.RawMessage // metadata: an object; nil if not given
	Limits   session.Limits  // resourceLimits; zero where not given
	Egress   json.RawMessage // egress; nil if not given
}

func decodeCreate(d *decoder) (r createRequest, err error) {
	err = d.request(func(d *decoder, name string) (err error) {
		switch name {
		case "ttl":
			r.TTL, err = d.ttl(name)
		case "metadata":
			r.Metadata, err = d.metadata(name)
		case "resourceLimits":
			r.Limits, err = d.limits(name)
		case "egress":
			r.Egress, err = d.egress(name)
		default:
			err = unknown("", name)
		}
		return err
	})
	return r, err
}

// updateRequest is the body of PATCH /sessions/{id}.
type updateRequest struct {
	TTL      *time.Duration  // ttl: seconds from now; nil if not given
	Metadata json.RawMessage // metadata; nil if not given
}

func decodeUpdate(d *decoder) (r updateRequest, err error) {
	err = d.request(func(d *decoder, name string) (err error) {
		switch name {
		case "ttl":
			var ttl time.Duration
			ttl, err = d.ttl(name)
			r.TTL = &ttl
		case "metadata":
			r.Metadata, err = d.metadata(name)
		default:
			err = unknown("", name)
		}
		return err
	})
	return r, err
}

// executeRequest is the body of POST /execute, and of POST /run, which has no
// sessionId but resourceLimits and egress.
type executeRequest struct {
	SessionID string
	Limits    session.Limits
	Egress    json.RawMessage
	Stream    bool
	session.Execution

	hasSession, hasCode, hasCommand bool
}

// decodeExecute reads the body of POST /execute, or with stateless that of POST
// /run. The result holds what could be read before an error.
func decodeExecute(d *decoder, stateless bool) (r executeRequest, err error) {
	err = d.request(func(d *decoder, name string) (err error) {
		var n int64
		switch {
		case name == "sessionId" && !stateless:
			r.hasSession = true
			r.SessionID, err = d.string(name)
		case name == "resourceLimits" && stateless:
			r.Limits, err = d.limits(name)
		case name == "egress" && stateless:
			r.Egress, err = d.egress(name)
		case name == "code":
			r.hasCode = true
			r.Code, err = d.bounded(name, session.MaxCode)
		case name == "command":
			r.hasCommand, r.IsCommand = true, true
			r.Command, err = d.bounded(name, session.MaxCommand)
		case name == "language":
			r.Language, err = d.oneOf(name, "js", "ts", "jsx", "tsx", "auto")
		case name == "files":
			r.Files, err = d.files(name)
		case name == "env":
			r.Env, err = d.env(name)
		case name == "timeout":
			n, err = d.integer(name, session.MinTimeout, session.MaxTimeout)
			r.Timeout = time.Duration(n) * time.Second
		case name == "workingDir":
			if r.Dir, err = d.string(name); err == nil {
				err = checkPath(name, r.Dir)
			}
		case name == "stream":
			r.Stream, err = d.bool(name)
		case name == "fuel":
			r.Fuel, err = d.integer(name, 1, session.MaxFuel)
		case name == "input":
			r.Input, err = d.any(name)
		default:
			err = unknown("", name)
		}
		return err
	})
	switch {
	case err != nil:
	case !stateless && !r.hasSession:
		err = invalid("sessionId", "is required")
	case r.hasCode == r.hasCommand:
		err = &Error{Code: CodeInvalidRequest, Message: "exactly one of code and command is required", Details: map[string]any{"field": "code"}}
	}
	return r, err
}

// writeRequest is the body of POST /files/write.
type writeRequest struct {
	SessionID string
	File      session.File

	hasSession bool
}

func decodeWrite(d *decoder) (r writeRequest, err error) {
	var f fileFields
	err = d.request(func(d *decoder, name string) (err error) {
		if name == "sessionId" {
			r.hasSession = true
			r.SessionID, err = d.string(name)
			return err
		}
		return f.field(d, "", name)
	})
	if err == nil && !r.hasSession {
		err = invalid("sessionId", "is required")
	}
	if err == nil {
		r.File, err = f.file(d, "")
	}
	return r, err
}

// keyRequest is the body of POST /keys.
type keyRequest struct {
	Name    string
	Tenant  string
	Expires time.Time // zero: never
}

func decodeKey(d *decoder) (r keyRequest, err error) {
	err = d.request(func(d *decoder, name string) (err error) {
		switch name {
		case "name":
			if r.Name, err = d.string(name); err == nil && (r.Name == "" || utf8.RuneCountInString(r.Name) > 100) {
				err = tooLong(name, 100, int64(utf8.RuneCountInString(r.Name)), "characters, and not empty")
			}
		case "tenant":
			if r.Tenant, err = d.string(name); err == nil && !validTenant(r.Tenant) {
				err = &Error{Code: CodeInvalidRequest, Message: "tenant must be 1 to 64 characters of [A-Za-z0-9._-]",
					Details: map[string]any{"field": name, "limit": 64, "value": shorten(r.Tenant)}}
			}
		case "expiresAt":
			var text string
			if text, err = d.string(name); err == nil {
				// In UTC, as it is kept and shown: a zone may lead out of the years
				// that can be written, or be none.
				at, perr := time.Parse(time.RFC3339, text)
				if r.Expires = at.UTC(); perr != nil || r.Expires.Year() > 9999 {
					err = &Error{Code: CodeInvalidRequest, Message: "expiresAt must be a time like 2030-01-31T12:00:00Z",
						Details: map[string]any{"field": name, "value": shorten(text)}}
				} else if r.Expires.IsZero() {
					err = invalid(name, "must be in the future") // it does not stand for never
				}
			}
		default:
			err = unknown("", name)
		}
		return err
	})
	if err == nil && r.Name == "" {
		err = invalid("name", "is required")
	}
	return r, err
}

func validTenant(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == '-':
		default:
			return false
		}
	}
	return true
}

// maxGrace bounds how long a rotated secret may stay valid, in seconds.
const maxGrace = 86400

// decodeRotate reads the body of POST /keys/{id}/rotate.
func decodeRotate(d *decoder) (grace time.Duration, err error) {
	err = d.request(func(d *decoder, name string) error {
		if name != "graceSeconds" {
			return unknown("", name)
		}
		n, err := d.integer(name, 0, maxGrace)
		grace = time.Duration(n) * time.Second
		return err
	})
	return grace, err
}

// ttl reads a session's time to live in seconds.
func (d *decoder) ttl(path string) (time.Duration, error) {
	n, err := d.integer(path, int64(session.MinTTL/time.Second), int64(session.MaxTTL/time.Second))
	return time.Duration(n) * time.Second, err
}

// metadata reads an object of at most MaxMetadata bytes, as it is written but
// for what surrounds it.
func (d *decoder) metadata(path string) (json.RawMessage, error) {
	if d.peek() != '{' {
		return nil, d.mistyped(path, "an object")
	}
	raw, err := d.raw(path)
	if err != nil {
		return nil, err
	}
	if len(raw) > session.MaxMetadata {
		return nil, tooLong(path, session.MaxMetadata, int64(len(raw)), "bytes")
	}
	return bytes.Clone(raw), nil // it outlives the request
}

// limits reads resourceLimits.
func (d *decoder) limits(path string) (l session.Limits, err error) {
	err = d.object(path, func(d *decoder, name string) (err error) {
		field := join(path, name)
		var n int64
		switch name {
		case "memory":
			n, err = d.integer(field, session.MinMemory, session.MaxMemory)
			l.MemoryMB = int(n)
		case "cpu":
			l.CPU, err = d.number(field, session.MinCPU, session.MaxCPU)
		case "timeout":
			n, err = d.integer(field, session.MinTimeout, session.MaxTimeout)
			l.TimeoutS = int(n)
		case "disk":
			n, err = d.integer(field, session.MinDisk, session.MaxDisk)
			l.DiskMB = int(n)
		default:
			err = unknown(path, name)
		}
		return err
	})
	return l, err
}

// maxAllow bounds the entries of an egress allow-list.
const maxAllow = 64

// egress reads an egress policy.
func (d *decoder) egress(path string) (json.RawMessage, error) {
	start := d.pos
	switch d.peek() {
	case '"':
		if _, err := d.oneOf(path, "public", "none"); err != nil {
			return nil, err
		}
	case '{':
		given := false
		err := d.object(path, func(d *decoder, name string) error {
			if name != "allow" {
				return unknown(path, name)
			}
			given = true
			n := 0
			return d.array(join(path, name), func(d *decoder, at string) error {
				if n++; n > maxAllow {
					return tooLong(join(path, name), maxAllow, int64(n), "entries")
				}
				entry, err := d.string(at)
				if err == nil {
					err = checkHost(at, entry)
				}
				return err
			})
		})
		if err == nil && !given {
			err = invalid(join(path, "allow"), "is required")
		}
		if err != nil {
			return nil, err
		}
	default:
		return nil, d.mistyped(path, `"public", "none" or an object`)
	}
	return bytes.Clone(d.buf[start:d.pos]), nil // it outlives the request
}

// checkHost checks one entry of an allow-list.
func checkHost(field, entry string) error {
	var bad *hostfuncs.PolicyError
	if errors.As(hostfuncs.CheckEntry(entry), &bad) {
		return &Error{Code: CodeInvalidRequest, Message: field + ": " + bad.Reason,
			Details: map[string]any{"field": field, "value": shorten(entry)}}
	}
	return nil
}

// oneOf reads a string that is one of a few.
func (d *decoder) oneOf(path string, words ...string) (string, error) {
	s, err := d.string(path)
	if err != nil {
		return "", err
	}
	for _, w := range words {
		if s == w {
			return s, nil
		}
	}
	return "", &Error{Code: CodeInvalidRequest, Message: path + ` must be one of "` + strings.Join(words, `", "`) + `"`,
		Details: map[string]any{"field": path, "allowed": words, "value": shorten(s)}}
}

// bounded reads a string of at most limit bytes.
func (d *decoder) bounded(path string, limit int64) (string, error) {
	s, err := d.string(path)
	if err == nil && int64(len(s)) > limit {
		err = tooLong(path, limit, int64(len(s)), "bytes")
	}
	return s, err
}

// env reads the environment of a program.
func (d *decoder) env(path string) (map[string]string, error) {
	env := make(map[string]string)
	err := d.object(path, func(d *decoder, name string) error {
		field := join(path, name)
		if !session.ValidEnvName(name) {
			return invalid(field, "is not a name of the form [A-Za-z_][A-Za-z0-9_]*")
		}
		if len(env) == session.MaxEnv {
			return tooLong(path, session.MaxEnv, session.MaxEnv+1, "variables")
		}
		v, err := d.bounded(field, session.MaxEnvValue)
		env[name] = v
		return err
	})
	return env, err
}

// files reads the files of an execution.
func (d *decoder) files(path string) ([]session.File, error) {
	var files []session.File
	err := d.array(path, func(d *decoder, at string) error {
		if len(files) == session.MaxFiles {
			return tooLong(path, session.MaxFiles, session.MaxFiles+1, "files")
		}
		var f fileFields
		if err := d.object(at, func(d *decoder, name string) error { return f.field(d, at, name) }); err != nil {
			return err
		}
		file, err := f.file(d, at)
		files = append(files, file)
		return err
	})
	return files, err
}

// fileFields are the fields of a file as a client writes it.
type fileFields struct {
	path, content, encoding string
	hasPath, hasContent     bool
}

// field reads one field of the object at path at.
func (f *fileFields) field(d *decoder, at, name string) (err error) {
	field := join(at, name)
	switch name {
	case "path":
		f.hasPath = true
		if f.path, err = d.string(field); err == nil {
			err = checkPath(field, f.path)
		}
	case "content":
		f.hasContent = true
		f.content, err = d.string(field)
	case "encoding":
		f.encoding, err = d.oneOf(field, "utf8", "base64")
	default:
		err = unknown(at, name)
	}
	return err
}

// file returns the file that the fields of the object at path at describe. Its
// content is the text of the request, or counts as that does.
func (f *fileFields) file(d *decoder, at string) (session.File, error) {
	switch {
	case !f.hasPath:
		return session.File{}, invalid(join(at, "path"), "is required")
	case !f.hasContent:
		return session.File{}, invalid(join(at, "content"), "is required")
	}
	content := unsafe.Slice(unsafe.StringData(f.content), len(f.content))
	if f.encoding == "base64" {
		n := int64(base64.StdEncoding.DecodedLen(len(f.content)))
		if n > session.MaxFile+2 {
			return session.File{}, fileTooLarge(join(at, "content"), n)
		}
		if d.room != nil {
			if err := d.room(n); err != nil {
				return session.File{}, err
			}
		}
		var err error
		if content, err = base64.StdEncoding.Strict().DecodeString(f.content); err != nil {
			return session.File{}, invalid(join(at, "content"), "is not base64")
		}
	}
	if len(content) > session.MaxFile {
		return session.File{}, fileTooLarge(join(at, "content"), int64(len(content)))
	}
	return session.File{Path: f.path, Content: content}, nil
}

func fileTooLarge(field string, size int64) *Error {
	return &Error{Code: CodePayloadTooLarge, Message: fmt.Sprintf("a file must be at most %d bytes", session.MaxFile),
		Details: map[string]any{"field": field, "limit": session.MaxFile, "value": size}}
}

// checkPath checks a path that a client named, before anything is done.
func checkPath(field, path string) error {
	_, err := hostfuncs.ParseAPIPath(path)
	if err == nil {
		return nil
	}
	details := map[string]any{"field": field, "value": shorten(strings.ToValidUTF8(path, "\uFFFD"))}
	if e := (*hostfuncs.PathError)(nil); errors.As(err, &e) && e.Limit > 0 {
		details["limit"] = e.Limit
	}
	return &Error{Code: CodeInvalidRequest, Message: field + ": " + err.Error(), Details: details}
}
