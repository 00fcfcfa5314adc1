package api

import (
	"testing"

	"github.com/valyala/fasthttp"
)

// The CSRF rules of the seeds, row by row.
func TestCSRF(t *testing.T) {
	const host = "buntime.example:8000"
	tests := map[string]struct {
		method  string
		host    string
		headers [][2]string
		keyed   bool
		ok      bool
	}{
		"GET":                         {method: "GET", ok: true},
		"HEAD":                        {method: "HEAD", ok: true},
		"OPTIONS":                     {method: "OPTIONS", ok: true},
		"GET from elsewhere":          {method: "GET", headers: [][2]string{{"Origin", "http://evil.example"}}, ok: true},
		"POST without":                {method: "POST"},
		"PUT without":                 {method: "PUT"},
		"PATCH without":               {method: "PATCH"},
		"DELETE without":              {method: "DELETE"},
		"unknown method without":      {method: "BREW"},
		"empty":                       {method: "POST", headers: [][2]string{{"Origin", ""}}},
		"same":                        {method: "POST", headers: [][2]string{{"Origin", "http://buntime.example:8000"}}, ok: true},
		"same, https":                 {method: "POST", headers: [][2]string{{"Origin", "https://buntime.example:8000"}}, ok: true},
		"same, other case":            {method: "POST", headers: [][2]string{{"Origin", "HTTP://Buntime.EXAMPLE:8000"}}, ok: true},
		"default port, http":          {method: "POST", host: "buntime.example", headers: [][2]string{{"Origin", "http://buntime.example:80"}}, ok: true},
		"default port in Host, https": {method: "POST", host: "buntime.example:443", headers: [][2]string{{"Origin", "https://buntime.example"}}, ok: true},
		"default port of the other":   {method: "POST", host: "buntime.example:443", headers: [][2]string{{"Origin", "http://buntime.example"}}},
		"IPv6":                        {method: "POST", host: "[::1]:8000", headers: [][2]string{{"Origin", "http://[::1]:8000"}}, ok: true},
		"IPv6, default port":          {method: "POST", host: "[::1]", headers: [][2]string{{"Origin", "http://[::1]"}}, ok: true},
		"other host":                  {method: "POST", headers: [][2]string{{"Origin", "http://evil.example:8000"}}},
		"other port":                  {method: "POST", headers: [][2]string{{"Origin", "http://buntime.example:8001"}}},
		"suffix":                      {method: "POST", headers: [][2]string{{"Origin", "http://buntime.example:8000.evil.example"}}},
		"prefix":                      {method: "POST", headers: [][2]string{{"Origin", "http://evil.buntime.example:8000"}}},
		"credentials":                 {method: "POST", headers: [][2]string{{"Origin", "http://user:pass@buntime.example:8000"}}},
		"user":                        {method: "POST", headers: [][2]string{{"Origin", "http://user@buntime.example:8000"}}},
		"empty credentials":           {method: "POST", headers: [][2]string{{"Origin", "http://@buntime.example:8000"}}},
		"ftp":                         {method: "POST", headers: [][2]string{{"Origin", "ftp://buntime.example:8000"}}},
		"extension":                   {method: "POST", headers: [][2]string{{"Origin", "chrome-extension://buntime.example:8000"}}},
		"no scheme":                   {method: "POST", headers: [][2]string{{"Origin", "buntime.example:8000"}}},
		"null":                        {method: "POST", headers: [][2]string{{"Origin", "null"}}},
		"path":                        {method: "POST", headers: [][2]string{{"Origin", "http://buntime.example:8000/"}}},
		"query":                       {method: "POST", headers: [][2]string{{"Origin", "http://buntime.example:8000?"}}},
		"fragment":                    {method: "POST", headers: [][2]string{{"Origin", "http://buntime.example:8000#"}}},
		"backslash":                   {method: "POST", headers: [][2]string{{"Origin", `http://buntime.example:8000\@evil.example`}}},
		"two":                         {method: "POST", headers: [][2]string{{"Origin", "http://buntime.example:8000"}, {"Origin", "http://buntime.example:8000"}}},
		"internal":                    {method: "POST", headers: [][2]string{{"X-Buntime-Internal", "true"}}, ok: true},
		"internal, otherwise":         {method: "POST", headers: [][2]string{{"X-Buntime-Internal", "1"}}},
		"a bad key, none":             {method: "POST", keyed: true, ok: true},
		"a bad key, wrong origin":     {method: "POST", keyed: true, headers: [][2]string{{"Origin", "http://evil.example"}}},
		"a bad key, right origin":     {method: "POST", keyed: true, headers: [][2]string{{"Origin", "http://buntime.example:8000"}}, ok: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var h fasthttp.RequestHeader
			h.SetMethod(tt.method)
			h.SetHost(host)
			if tt.host != "" {
				h.SetHost(tt.host)
			}
			for _, kv := range tt.headers {
				h.Add(kv[0], kv[1])
			}
			err := csrf(&h, tt.keyed)
			if (err == nil) != tt.ok {
				t.Errorf("got %v, want ok %v", err, tt.ok)
			}
			if err != nil && err.Code != CodeForbidden {
				t.Errorf("code %s", err.Code)
			}
		})
	}
}

func TestRequestID(t *testing.T) {
	for _, id := range []string{"a", "A-b_c.9", string(make128())} {
		if got := requestID([]byte(id)); got != id {
			t.Errorf("%q became %q", id, got)
		}
	}
	for _, id := range []string{"", "a b", "a\n", "é", "a/b", "a\x00", string(make128()) + "x"} {
		if got := requestID([]byte(id)); got == id || len(got) != 36 {
			t.Errorf("%q became %q", id, got)
		}
	}
}

func make128() []byte {
	b := make([]byte, 128)
	for i := range b {
		b[i] = 'x'
	}
	return b
}
