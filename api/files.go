package api

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/buntime/buntime/session"
)

// written is the body of a 200 of the routes that write a file.
type written struct {
	Path string `json:"path"` // relative to /workspace
	Size int64  `json:"size"` // bytes
}

// writeFile handles POST /files/write.
func (s *Server) writeFile(rq *request) (*response, error) {
	r, err := decodeWrite(s.decoder(rq))
	rq.session = r.SessionID
	if err != nil {
		return nil, err
	}
	return s.write(rq, r.File)
}

// putFile handles PUT /files/write.
func (s *Server) putFile(rq *request) (*response, error) {
	name, err := rq.file("sessionId", "path")
	if err != nil {
		return nil, err
	}
	if len(rq.body) > session.MaxFile {
		return nil, fileTooLarge("body", int64(len(rq.body)))
	}
	return s.write(rq, session.File{Path: name["path"], Content: rq.body})
}

func (s *Server) write(rq *request, f session.File) (*response, error) {
	i, err := s.cfg.Sessions.WriteFile(rq.ctx, rq.who.Sees(), rq.session, f)
	if err != nil {
		return nil, err
	}
	return answer(written{i.Path, i.Size})
}

// file returns a query of the known fields, sessionId and path among them, which
// it checks.
func (rq *request) file(known ...string) (map[string]string, error) {
	q, err := rq.query(known...)
	if err != nil {
		return nil, err
	}
	if rq.session, err = required(q, "sessionId"); err != nil {
		return nil, err
	}
	path, err := required(q, "path")
	if err != nil {
		return nil, err
	}
	return q, checkPath("path", path)
}

// fileInfo is a file as the list shows it.
type fileInfo struct {
	Path     string           `json:"path"` // relative to /workspace
	Size     int64            `json:"size"`
	Modified string           `json:"modified"`
	Type     session.FileType `json:"type"`
}

// listFiles handles GET /files/list.
func (s *Server) listFiles(rq *request) (*response, error) {
	q, err := rq.query("sessionId", "path", "recursive", "limit", "offset")
	if err != nil {
		return nil, err
	}
	if rq.session, err = required(q, "sessionId"); err != nil {
		return nil, err
	}
	if err := checkPath("path", q["path"]); err != nil {
		return nil, err
	}
	recursive, err := queryBool(q, "recursive")
	if err != nil {
		return nil, err
	}
	offset, limit, err := page(q)
	if err != nil {
		return nil, err
	}
	list, total, err := s.cfg.Sessions.ListFiles(rq.ctx, rq.who.Sees(), rq.session, q["path"], recursive, offset, limit)
	if err != nil {
		return nil, err
	}
	out := struct {
		Files []fileInfo `json:"files"`
		Total int        `json:"total"`
	}{make([]fileInfo, len(list)), total}
	for i, f := range list {
		out.Files[i] = fileInfo{f.Path, f.Size, isoTime(f.Modified), f.Type}
	}
	return answer(out)
}

// readFile handles GET /files/read. What a guest wrote is never shown as
// anything but a download.
func (s *Server) readFile(rq *request) (*response, error) {
	q, err := rq.file("sessionId", "path")
	if err != nil {
		return nil, err
	}
	f, err := s.cfg.Sessions.OpenFile(rq.ctx, rq.who.Sees(), rq.session, q["path"])
	if err != nil {
		return nil, err
	}
	rs := &response{status: fasthttp.StatusOK, stream: f}
	off, n := int64(0), f.Size
	h := &rq.http.Request.Header
	// There is no validator that an If-Range could match.
	if spec := h.Peek(fasthttp.HeaderRange); len(spec) > 0 && len(h.Peek(fasthttp.HeaderIfRange)) == 0 {
		from, count, err := parseRange(string(spec), f.Size)
		switch {
		case errors.Is(err, errRangeOutside):
			f.Close()
			return nil, &Error{Code: CodeRange, Message: fmt.Sprintf("the range lies outside the file's %d bytes", f.Size), size: f.Size,
				Details: map[string]any{"field": "Range", "limit": f.Size, "value": shorten(string(spec))}}
		case err == nil:
			off, n = from, count
			rs.status = fasthttp.StatusPartialContent
			rs.header(fasthttp.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", off, off+n-1, f.Size))
		}
	}
	f.Section(off, n)
	rs.size = int(n)
	rs.header(fasthttp.HeaderContentType, "application/octet-stream")
	rs.header(fasthttp.HeaderContentDisposition, "attachment")
	rs.header(fasthttp.HeaderContentSecurityPolicy, "sandbox")
	rs.header(fasthttp.HeaderAcceptRanges, "bytes")
	return rs, nil
}

var (
	errRangeOutside = errors.New("api: range outside the file")
	errRangeIgnored = errors.New("api: range not understood")
)

// parseRange reads a Range header for a file of size bytes. errRangeIgnored says
// that the whole file is to be sent (RFC 9110, 14.2): the unit is unknown, the
// header malformed, or it asks for several ranges.
func parseRange(spec string, size int64) (off, n int64, err error) {
	spec, ok := strings.CutPrefix(spec, "bytes=")
	if !ok || strings.Contains(spec, ",") {
		return 0, 0, errRangeIgnored
	}
	first, last, ok := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok {
		return 0, 0, errRangeIgnored
	}
	if first == "" { // the last bytes
		n, ok := position(last)
		switch {
		case !ok:
			return 0, 0, errRangeIgnored
		case n == 0 || size == 0:
			return 0, 0, errRangeOutside
		}
		n = min(n, size)
		return size - n, n, nil
	}
	off, ok = position(first)
	if !ok {
		return 0, 0, errRangeIgnored
	}
	end := size - 1
	if last != "" {
		e, ok := position(last)
		if !ok || e < off {
			return 0, 0, errRangeIgnored
		}
		end = min(end, e)
	}
	if off >= size {
		return 0, 0, errRangeOutside
	}
	return off, end - off + 1, nil
}

// position reads a decimal number; one that does not fit is as large as can be.
func position(s string) (int64, bool) {
	if s == "" {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 1<<63 - 1, true
	}
	return n, true
}

// deleteFile handles DELETE /files.
func (s *Server) deleteFile(rq *request) (*response, error) {
	q, err := rq.file("sessionId", "path", "recursive")
	if err != nil {
		return nil, err
	}
	recursive, err := queryBool(q, "recursive")
	if err != nil {
		return nil, err
	}
	if err := s.cfg.Sessions.DeleteFile(rq.ctx, rq.who.Sees(), rq.session, q["path"], recursive); err != nil {
		return nil, err
	}
	return answer(struct {
		Deleted bool `json:"deleted"`
	}{true})
}
