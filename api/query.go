package api

import (
	"net/url"
	"strconv"
	"strings"
)

// parseQuery reads a query of single fields, all of them known. A + is a space,
// as in forms.
func parseQuery(raw string, known ...string) (map[string]string, error) {
	q := make(map[string]string)
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		name, nerr := url.QueryUnescape(name)
		value, verr := url.QueryUnescape(value)
		if nerr != nil || verr != nil {
			return nil, &Error{Code: CodeInvalidRequest, Message: "the query is malformed", Details: map[string]any{"field": shorten(name)}}
		}
		if _, ok := q[name]; ok {
			return nil, invalid(shorten(name), "appears twice")
		}
		found := false
		for _, k := range known {
			found = found || k == name
		}
		if !found {
			return nil, unknown("", name)
		}
		q[name] = value
	}
	return q, nil
}

// query returns the query of rq; see parseQuery.
func (rq *request) query(known ...string) (map[string]string, error) {
	return parseQuery(string(rq.http.URI().QueryString()), known...)
}

// required returns the field name of a query.
func required(q map[string]string, name string) (string, error) {
	v, ok := q[name]
	if !ok {
		return "", invalid(name, "is required")
	}
	return v, nil
}

// The bounds of a page.
const (
	defaultPage = 50
	maxPage     = 100
	maxOffset   = 1<<31 - 1
)

// page returns limit and offset of a query.
func page(q map[string]string) (offset, limit int, err error) {
	limit = defaultPage
	if limit, err = queryInt(q, "limit", defaultPage, 1, maxPage); err != nil {
		return 0, 0, err
	}
	offset, err = queryInt(q, "offset", 0, 0, maxOffset)
	return offset, limit, err
}

func queryInt(q map[string]string, name string, def, min, max int) (int, error) {
	text, ok := q[name]
	if !ok {
		return def, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || strings.HasPrefix(text, "+") {
		return 0, &Error{Code: CodeInvalidRequest, Message: name + " must be an integer", Details: map[string]any{"field": name, "value": shorten(text)}}
	}
	if n < min || n > max {
		return 0, outOfRange(name, min, max, n)
	}
	return n, nil
}

// queryBool returns the field name of a query: true or false.
func queryBool(q map[string]string, name string) (bool, error) {
	switch v, ok := q[name]; {
	case !ok || v == "false":
		return false, nil
	case v == "true":
		return true, nil
	default:
		return false, &Error{Code: CodeInvalidRequest, Message: name + " must be true or false", Details: map[string]any{"field": name, "value": shorten(v)}}
	}
}
