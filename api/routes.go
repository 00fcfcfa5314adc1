package api

import (
	"slices"
	"strings"
	"sync"

	"github.com/fasthttp/router"
	"github.com/valyala/fasthttp"
)

// The bounds of request bodies, in bytes.
const (
	smallBody = 1 << 20
	largeBody = 100 << 20
)

// access says who may use a route.
type access int

const (
	public access = iota // anyone
	tenant               // who has a key
	root                 // who has the root key
)

// bodyKind says what a route takes for a body.
type bodyKind int

const (
	noBody bodyKind = iota // one that is sent is read and ignored
	jsonBody
	rawBody
)

// A route is one line of the table below.
type route struct {
	method string
	path   string // {id} matches one segment
	access access
	body   bodyKind
	limit  int64 // bytes of the body
	// secret: the response holds what the server must not keep, so that its
	// idempotency record stays in memory.
	secret bool
	handle handler
}

// A handler answers an admitted request whose body was read.
type handler func(s *Server, rq *request) (*response, error)

// table is every route there is: the router, the Allow headers, the limits and
// the permissions all come from it.
var table = []route{
	{method: "POST", path: "/api/run", access: tenant, body: jsonBody, limit: largeBody, handle: (*Server).run},
	{method: "POST", path: "/api/execute", access: tenant, body: jsonBody, limit: largeBody, handle: (*Server).execute},

	{method: "POST", path: "/api/sessions/create", access: tenant, body: jsonBody, limit: smallBody, handle: (*Server).createSession},
	{method: "GET", path: "/api/sessions", access: tenant, limit: smallBody, handle: (*Server).listSessions},
	{method: "GET", path: "/api/sessions/{id}", access: tenant, limit: smallBody, handle: (*Server).getSession},
	{method: "PATCH", path: "/api/sessions/{id}", access: tenant, body: jsonBody, limit: smallBody, handle: (*Server).updateSession},
	{method: "DELETE", path: "/api/sessions/{id}", access: tenant, limit: smallBody, handle: (*Server).deleteSession},

	{method: "POST", path: "/api/files/write", access: tenant, body: jsonBody, limit: largeBody, handle: (*Server).writeFile},
	{method: "PUT", path: "/api/files/write", access: tenant, body: rawBody, limit: largeBody, handle: (*Server).putFile},
	{method: "GET", path: "/api/files/list", access: tenant, limit: smallBody, handle: (*Server).listFiles},
	{method: "GET", path: "/api/files/read", access: tenant, limit: smallBody, handle: (*Server).readFile},
	{method: "DELETE", path: "/api/files", access: tenant, limit: smallBody, handle: (*Server).deleteFile},

	{method: "POST", path: "/api/keys", access: root, body: jsonBody, limit: smallBody, secret: true, handle: (*Server).createKey},
	{method: "GET", path: "/api/keys", access: root, limit: smallBody, handle: (*Server).listKeys},
	{method: "DELETE", path: "/api/keys/{id}", access: root, limit: smallBody, handle: (*Server).deleteKey},
	{method: "POST", path: "/api/keys/{id}/rotate", access: root, body: jsonBody, limit: smallBody, secret: true, handle: (*Server).rotateKey},

	{method: "GET", path: "/api/health", access: public, limit: smallBody, handle: (*Server).health},
	{method: "GET", path: "/api/health/live", access: public, limit: smallBody, handle: (*Server).live},
	{method: "GET", path: "/api/health/ready", access: public, limit: smallBody, handle: (*Server).ready},
	{method: "GET", path: "/api/metrics", access: root, limit: smallBody, handle: (*Server).metricsText},
}

// routes finds the route of a request. HEAD is answered wherever GET is.
type routes struct {
	router *router.Router
	probes sync.Pool // of *fasthttp.RequestCtx: where the router leaves what it finds
}

// routeKey is the user value under which the router's handlers leave the route.
const routeKey = "route"

func newRoutes() *routes {
	r := &routes{router: router.New(), probes: sync.Pool{New: func() any { return new(fasthttp.RequestCtx) }}}
	for i := range table {
		rt := &table[i]
		found := func(ctx *fasthttp.RequestCtx) { ctx.SetUserValue(routeKey, rt) }
		r.router.Handle(rt.method, rt.path, found)
		if rt.method == fasthttp.MethodGet {
			r.router.Handle(fasthttp.MethodHead, rt.path, found)
		}
	}
	return r
}

// find returns the route for a method and path with what its {id} matched. If
// there is none, allow tells the methods of the path, "" if it is no path of
// ours.
func (r *routes) find(method, path string) (rt *route, id, allow string) {
	if rt, id = r.lookup(method, path); rt != nil {
		return rt, id, ""
	}
	var methods []string
	for _, m := range []string{"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"} {
		if other, _ := r.lookup(m, path); other != nil {
			methods = append(methods, m)
		}
	}
	if methods == nil {
		return nil, "", ""
	}
	methods = append(methods, fasthttp.MethodOptions)
	slices.Sort(methods)
	return nil, "", strings.Join(methods, ", ")
}

func (r *routes) lookup(method, path string) (*route, string) {
	if !strings.HasPrefix(path, "/") {
		return nil, ""
	}
	probe := r.probes.Get().(*fasthttp.RequestCtx)
	defer func() {
		probe.ResetUserValues()
		r.probes.Put(probe)
	}()
	h, _ := r.router.Lookup(method, path, probe)
	if h == nil {
		return nil, ""
	}
	h(probe)
	id, _ := probe.UserValue("id").(string)
	rt, _ := probe.UserValue(routeKey).(*route)
	return rt, id
}

// answerOptions answers OPTIONS: what the path allows. No other origin is ever let in,
// so there are no CORS headers.
func answerOptions(allow string) handler {
	return func(*Server, *request) (*response, error) {
		rs := &response{status: fasthttp.StatusNoContent}
		rs.header(fasthttp.HeaderAllow, allow)
		return rs, nil
	}
}
