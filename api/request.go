package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
	"go.uber.org/zap"

	"github.com/buntime/buntime/internal/share"
	"github.com/buntime/buntime/session"
)

const jsonType = "application/json"

// A request is one request on its way through the server.
type request struct {
	id      string
	start   time.Time
	log     *zap.Logger // names the request
	route   *route      // nil if refused before one was found
	param   string      // the {id} in the route's path
	who     session.Principal
	refused *Error // what the headers alone decided
	hasBody bool

	http *fasthttp.RequestCtx
	ctx  context.Context

	body     []byte
	bodySize int64
	reserved *share.Part      // of Server.bodies, held for body; nil: none
	held     *session.Holding // the same in the budget of all guests; nil: none
	read     bool             // the whole body
	close    bool             // the connection, after the response
	session  string
	code     string // of the error that was answered
}

// drained reports whether nothing of the request is left on its connection.
func (rq *request) drained(*fasthttp.RequestCtx) bool { return !rq.hasBody || rq.read }

// pathOf returns the path of a request as the client wrote it, without the query.
func pathOf(h *fasthttp.RequestHeader) string {
	uri := string(h.RequestURI())
	// The absolute form, which proxies use: the path comes after the authority.
	for _, scheme := range []string{"http://", "https://"} {
		if len(uri) > len(scheme) && strings.EqualFold(uri[:len(scheme)], scheme) {
			uri = uri[len(scheme):]
			if i := strings.IndexByte(uri, '/'); i >= 0 {
				uri = uri[i:]
			} else {
				uri = "/"
			}
			break
		}
	}
	if i := strings.IndexAny(uri, "?#"); i >= 0 {
		uri = uri[:i]
	}
	return uri
}

// admit finds out what a request's headers tell: its id, its route, who sends it,
// and whether it may. It reads nothing but h.
func (s *Server) admit(h *fasthttp.RequestHeader) *request {
	rq := s.newRequest(h)
	n := h.ContentLength()
	rq.hasBody = n > 0 || n == -1
	rq.refused = s.check(rq, h)
	return rq
}

// newRequest returns a request that has its id, its start and its log.
func (s *Server) newRequest(h *fasthttp.RequestHeader) *request {
	rq := &request{id: requestID(h.Peek(requestIDHeader)), start: time.Now()}
	rq.log = s.cfg.Log.WithLazy(zap.String("requestId", rq.id))
	return rq
}

// check returns why a request is refused, or nil.
func (s *Server) check(rq *request, h *fasthttp.RequestHeader) *Error {
	method := string(h.Method())
	rt, param, allow := s.routes.find(method, pathOf(h))
	switch {
	case rt != nil:
	case allow == "":
		return &Error{Code: CodeNotFound, Message: "no such route"}
	case method == fasthttp.MethodOptions:
		rt = &route{method: method, access: public, limit: smallBody, handle: answerOptions(allow)}
	default:
		return &Error{Code: CodeMethodNotAllowed, Message: "the method is not allowed here", allow: allow,
			Details: map[string]any{"allow": strings.Split(allow, ", ")}}
	}
	if twoLengths(h) {
		return &Error{Code: CodeInvalidRequest, Message: "Content-Length and Transfer-Encoding exclude each other", Details: map[string]any{"field": "Content-Length"}}
	}
	rq.route, rq.param = rt, param
	if rt.access != public {
		if err := s.authenticate(rq, h); err != nil {
			return err
		}
		if rt.access == root && !rq.who.Root {
			return &Error{Code: CodeForbidden, Message: "this needs the root key"}
		}
	}
	n := int64(h.ContentLength())
	if n > rt.limit {
		return bodyTooLarge(rt.limit, n)
	}
	if !rq.hasBody {
		return nil
	}
	if enc := h.Peek(fasthttp.HeaderContentEncoding); len(enc) > 0 && !strings.EqualFold(string(enc), "identity") {
		return &Error{Code: CodeUnsupportedMedia, Message: "an encoded body is not supported", Details: map[string]any{"field": "Content-Encoding"}}
	}
	if rt.body == jsonBody && !isJSON(h.ContentType()) {
		return &Error{Code: CodeUnsupportedMedia, Message: "the body must be JSON: Content-Type: application/json",
			Details: map[string]any{"field": "Content-Type", "expected": jsonType}}
	}
	return nil
}

// twoLengths reports whether a request gives its length twice, in chunks and as a
// number. Something in front of this server may have believed the other one
// (RFC 9112, 6.3).
func twoLengths(h *fasthttp.RequestHeader) bool {
	if h.ContentLength() != -1 {
		return false
	}
	for line := range bytes.Lines(h.RawHeaders()) {
		name, _, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte(fasthttp.HeaderContentLength)) {
			return true
		}
	}
	return false
}

func bodyTooLarge(limit, n int64) *Error {
	details := map[string]any{"field": "body", "limit": limit}
	if n >= 0 {
		details["value"] = n
	}
	return &Error{Code: CodePayloadTooLarge, Message: fmt.Sprintf("the body must be at most %d bytes", limit), Details: details}
}

// isJSON reports whether a content type is JSON in UTF-8. None at all is taken
// for it.
func isJSON(contentType []byte) bool {
	if len(contentType) == 0 || bytes.Equal(contentType, []byte(jsonType)) {
		return true
	}
	t, params, err := mime.ParseMediaType(string(contentType))
	if err != nil || t != jsonType {
		return false
	}
	charset, ok := params["charset"]
	return !ok || strings.EqualFold(charset, "utf-8")
}

// authenticate finds out whose key a request carries.
func (s *Server) authenticate(rq *request, h *fasthttp.RequestHeader) *Error {
	secret, given, ok := keyHeader(h)
	if ok {
		who, err := s.cfg.Keys.Authenticate(secret)
		if err == nil {
			rq.who = who
			return nil
		}
		if !errors.Is(err, session.ErrKeyNotFound) {
			rq.log.Error("looking up a key failed", zap.Error(err))
			return &Error{Code: CodeInternal, Message: "internal error"}
		}
	}
	if err := csrf(h, given); err != nil {
		return err
	}
	message := "a key is required: Authorization: Bearer btk_… or X-API-Key"
	if given {
		message = "the key is not valid"
	}
	return &Error{Code: CodeUnauthorized, Message: message}
}

// keyHeader returns the key in a request's headers; given says that there is
// something, ok that it has the form of one key.
func keyHeader(h *fasthttp.RequestHeader) (secret string, given, ok bool) {
	// PeekAll's result is good until the next call only.
	bearer := h.PeekAll(fasthttp.HeaderAuthorization)
	if len(bearer) > 1 {
		return "", true, false
	}
	if len(bearer) == 1 {
		given = true
		scheme, token, found := strings.Cut(string(bearer[0]), " ")
		if !found || !strings.EqualFold(scheme, "Bearer") {
			return "", given, false
		}
		secret = strings.TrimLeft(token, " ")
	}
	plain := h.PeekAll("X-API-Key")
	if len(plain) > 1 {
		return "", true, false
	}
	if len(plain) == 1 {
		if given && secret != string(plain[0]) {
			return "", given, false
		}
		given = true
		secret = string(plain[0])
	}
	return secret, given, secret != ""
}

// readBody reads the body of rq into rq.body, within its route's limit. What a route
// does not take is thrown away as it comes: who sends it may have no key, and takes
// no memory from those who have one.
func (s *Server) readBody(rq *request) *Error {
	if !rq.hasBody {
		return nil
	}
	stream := rq.http.RequestBodyStream()
	if stream == nil {
		rq.read = true
		return nil
	}
	// The length a client announces is not believed: memory grows with what is
	// there. chunk is what is asked for at once.
	limit := rq.route.limit
	size := int64(rq.http.Request.Header.ContentLength())
	chunk := int64(64 << 10)
	ignored := rq.route.body == noBody
	if ignored {
		chunk = 4 << 10
	}
	if size >= 0 {
		chunk = min(chunk, size)
	}
	if err := s.reserve(rq, chunk); err != nil {
		return err
	}
	buf := make([]byte, 0, chunk)
	for {
		if ignored {
			buf = buf[:0]
		} else if len(buf) == cap(buf) {
			grown := min(2*int64(cap(buf)), limit+1)
			if size >= 0 {
				grown = min(grown, size+1) // one more shows the end
			}
			grown = max(grown, int64(cap(buf))+1)
			if err := s.reserve(rq, grown-int64(cap(buf))); err != nil {
				return err
			}
			next := make([]byte, len(buf), grown)
			copy(next, buf)
			buf = next
		}
		n, err := stream.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		rq.bodySize += int64(n)
		if rq.bodySize > limit {
			return bodyTooLarge(limit, -1)
		}
		if err == io.EOF {
			if size >= 0 && rq.bodySize < size {
				return &Error{Code: CodeInvalidRequest, Message: "the request body ended early", Details: map[string]any{"field": "body"}}
			}
			rq.read = true
			if !ignored {
				rq.body = buf
			}
			return nil
		}
		if err != nil {
			var ne net.Error
			if errors.As(err, &ne) && ne.Timeout() {
				return &Error{Code: CodeRequestTimeout, Message: "the request body did not arrive in time", Details: map[string]any{"field": "body"}}
			}
			return &Error{Code: CodeInvalidRequest, Message: "the request body ended early or is malformed", Details: map[string]any{"field": "body"}}
		}
	}
}

// reserve takes memory for n more bytes of the body of rq.
func (s *Server) reserve(rq *request, n int64) *Error {
	if rq.held == nil {
		rq.reserved, rq.held = s.bodies.Part(rq.who.Tenant), s.cfg.Sessions.Hold(rq.who.Tenant)
	}
	if !rq.reserved.Take(n) || rq.held.Charge(n) != nil {
		return errBodies()
	}
	return nil
}

func errBodies() *Error {
	return &Error{Code: CodeOverloaded, Message: "too many large requests at once", Retry: time.Second}
}

// decoder returns one that reads the body of rq. What it takes counts as the body
// does, and as long; a long body is read in turns of the tenant.
func (s *Server) decoder(rq *request) *decoder {
	return &decoder{
		buf: rq.body,
		room: func(n int64) error {
			if rq.held.Charge(n) != nil {
				return errBodies()
			}
			return nil
		},
		work: func(read func(pause func() error) error) error {
			err := s.cfg.Sessions.Work(rq.ctx, rq.who.Tenant, read)
			if errors.Is(err, context.Canceled) {
				err = session.ErrClosed
			}
			return err
		},
	}
}

// dropBody gives back the memory of the body of rq.
func (s *Server) dropBody(rq *request) {
	rq.body = nil
	if rq.held != nil {
		rq.reserved.Release()
		rq.held.Release()
	}
}
