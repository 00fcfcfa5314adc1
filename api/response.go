package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
	"go.uber.org/zap"

	"github.com/buntime/buntime/session"
)

// A response is what a handler answers.
type response struct {
	status  int
	headers [][2]string
	body    []byte
	stream  io.ReadCloser // instead of body; closed after it was sent
	size    int           // of stream
}

func (rs *response) header(name, value string) {
	rs.headers = append(rs.headers, [2]string{name, value})
}

// answer returns a response of JSON.
func answer(v any) (*response, error) { return answered(encode(v)) }

// answered is answer for what is encoded already.
func answered(b []byte, err error) (*response, error) {
	if err != nil {
		return nil, fmt.Errorf("encode response: %w", err)
	}
	rs := &response{status: fasthttp.StatusOK, body: b}
	rs.header(fasthttp.HeaderContentType, jsonType)
	return rs, nil
}

// encode returns v as JSON, without the escapes that only HTML needs.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes()[:b.Len()-1], nil
}

// write sends rs.
func (rs *response) write(ctx *fasthttp.RequestCtx) {
	ctx.Response.SetStatusCode(rs.status)
	for _, h := range rs.headers {
		ctx.Response.Header.Set(h[0], h[1])
	}
	if rs.stream != nil {
		ctx.Response.SetBodyStream(rs.stream, rs.size)
		return
	}
	ctx.Response.SetBodyRaw(rs.body)
}

// largeAnswer is from how many bytes on a body counts in the budget of all guests
// until its client has taken it.
const largeAnswer = 64 << 10

// hold counts the body of rs, if it is large, until it is sent.
func (s *Server) hold(rq *request, rs *response) *response {
	if len(rs.body) >= largeAnswer {
		held := s.cfg.Sessions.Hold(rq.who.Tenant)
		held.Note(int64(len(rs.body)))
		rs.stream, rs.size, rs.body = &heldBody{bytes.NewReader(rs.body), held}, len(rs.body), nil
	}
	return rs
}

// heldBody is a body that counts until it is closed.
type heldBody struct {
	*bytes.Reader
	held *session.Holding
}

func (b *heldBody) Close() error {
	b.held.Release()
	return nil
}

// errorResponse returns the response that tells of e.
func errorResponse(e *Error, requestID string) *response {
	rs := &response{status: e.Status(), body: e.body(requestID)}
	rs.header(fasthttp.HeaderContentType, jsonType)
	if e.Retry > 0 {
		rs.header(fasthttp.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(e.Retry.Seconds()))))
	}
	if e.allow != "" {
		rs.header(fasthttp.HeaderAllow, e.allow)
	}
	switch e.Code {
	case CodeUnauthorized:
		rs.header(fasthttp.HeaderWWWAuthenticate, "Bearer")
	case CodeRange:
		rs.header(fasthttp.HeaderContentRange, fmt.Sprintf("bytes */%d", e.size))
	}
	return rs
}

// rawResponse is the whole HTTP response that tells of e, for a connection that
// no server serves.
func rawResponse(e *Error, requestID string) []byte {
	rs := errorResponse(e, requestID)
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", rs.status, fasthttp.StatusMessage(rs.status))
	rs.header(requestIDHeader, requestID)
	rs.header(fasthttp.HeaderConnection, "close")
	rs.header(fasthttp.HeaderContentLength, strconv.Itoa(len(rs.body)))
	for _, h := range rs.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	b.Write(rs.body)
	return b.Bytes()
}

// translate says in the contract's words what went wrong. What it does not know
// is ours: it is logged, and the client learns nothing of it.
func translate(log *zap.Logger, err error) *Error {
	var (
		e       *Error
		busy    *session.BusyError
		quota   *session.QuotaError
		disk    *session.DiskFullError
		invalid *session.InvalidError
	)
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, session.ErrNotFound):
		return &Error{Code: CodeSessionNotFound, Message: "no such session", Details: map[string]any{"field": "sessionId"}}
	case errors.Is(err, session.ErrFileNotFound):
		return &Error{Code: CodeFileNotFound, Message: "no such file", Details: map[string]any{"field": "path"}}
	case errors.Is(err, session.ErrKeyNotFound):
		return &Error{Code: CodeNotFound, Message: "no such key", Details: map[string]any{"field": "id"}}
	case errors.Is(err, session.ErrDeleting):
		return &Error{Code: CodeConflict, Message: "the session is being deleted", Details: map[string]any{"field": "sessionId"}}
	case errors.Is(err, session.ErrNotEmpty):
		return &Error{Code: CodeConflict, Message: "the directory is not empty", Details: map[string]any{"field": "path"}}
	case errors.As(err, &busy) && busy.Queue:
		return &Error{Code: CodeRateLimit, Message: fmt.Sprintf("%d requests wait for this session already", busy.Limit), Retry: busy.Retry,
			Details: map[string]any{"field": "sessionId", "limit": busy.Limit}}
	case errors.As(err, &busy):
		return &Error{Code: CodeOverloaded, Message: "there is no room for this now", Retry: busy.Retry}
	case errors.Is(err, session.ErrClosed):
		return &Error{Code: CodeOverloaded, Message: "the server is shutting down", Retry: 5 * time.Second}
	case errors.As(err, &quota):
		return &Error{Code: CodeQuota, Message: fmt.Sprintf("at most %d %s are allowed", quota.Limit, quota.What),
			Details: map[string]any{"field": quota.What, "limit": quota.Limit, "value": quota.Used}}
	case errors.As(err, &disk):
		return &Error{Code: CodeDiskFull, Message: "the session's disk is full",
			Details: map[string]any{"field": "disk", "limit": disk.Limit, "value": disk.Used}}
	case errors.As(err, &invalid):
		return invalidField(invalid.Field, invalid.Reason)
	}
	log.Error("request failed", zap.String("cause", loggable(err.Error())))
	return &Error{Code: CodeInternal, Message: "internal error"}
}

// invalidField reports what is wrong with a field.
func invalidField(field, reason string) *Error {
	return &Error{Code: CodeInvalidRequest, Message: field + " " + reason, Details: map[string]any{"field": field}}
}

// serve reads the body of an admitted request, has it handled, at most once if
// the client says so, and sends the answer.
func (s *Server) serve(rq *request) *response {
	defer s.dropBody(rq)
	if err := s.readBody(rq); err != nil {
		return s.failed(rq, err)
	}
	if rq.route.method == fasthttp.MethodPost {
		if keys := rq.http.Request.Header.PeekAll(idempotencyHeader); len(keys) > 0 {
			return s.serveOnce(rq, keys)
		}
	}
	return s.dispatch(rq)
}

// dispatch has a request handled.
func (s *Server) dispatch(rq *request) *response {
	rs, err := rq.route.handle(s, rq)
	if err != nil {
		return s.failed(rq, err)
	}
	return rs
}

// failed returns the response to a request that failed.
func (s *Server) failed(rq *request, err error) *response {
	e := translate(rq.log, err)
	rq.code = e.Code
	return errorResponse(e, rq.id)
}

// isoTime returns a time as the contract writes it. Guests give their files years
// of more than four digits, or before the first: those have a sign and six, as in
// JavaScript.
func isoTime(t time.Time) string {
	t = t.UTC()
	if y := t.Year(); y < 0 || y > 9999 {
		return fmt.Sprintf("%+07d", y) + t.Format("-01-02T15:04:05.000Z")
	}
	return t.Format("2006-01-02T15:04:05.000Z")
}

// previewURL is where a session's preview will be served: its id, with - for _,
// before the host.
func (s *Server) previewURL(id string) string {
	base := "http://localhost"
	if p := s.preview.Load(); p != nil {
		base = *p
	}
	scheme, host, _ := strings.Cut(base, "://")
	return scheme + "://" + strings.ReplaceAll(id, "_", "-") + "." + strings.TrimSuffix(host, "/")
}
