package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/zap"
)

// The log has one line per record and nothing that is secret, whatever clients
// and guests send; every line of a request carries its id.
func TestLogs(t *testing.T) {
	for _, format := range []string{"json", "console"} {
		t.Run(format, func(t *testing.T) {
			p := startProcess(t, t.TempDir(), nil, "--log-format", format, "--log-level", "debug")
			_, v := p.call("POST", "/keys", map[string]any{"name": "line\nbreak \x1b[31m", "tenant": "acme"})
			secret, _ := v["key"].(string)
			id := p.session(map[string]any{"metadata": map[string]any{"m": marker("metadata")}})
			addr := strings.TrimPrefix(p.url, "http://")
			for _, request := range []string{
				"GET /api/a%0ab\x0b" + marker("path") + "?" + marker("query") + " HTTP/1.1\r\nHost: x\r\nX-Request-Id: " + marker("id") + "\x0b\r\n\r\n",
				"GET /api/\u2028\u0085\xff\x1b[2J HTTP/1.1\r\nHost: x\r\nUser-Agent: a\x1b[31m\r\n\r\n",
				"PO\x00ST /api/x HTTP/1.1\r\nHost: x\r\n\r\n",
				"POST /api/execute HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + marker("auth") + "\r\nContent-Length: 9\r\n\r\n{\"a\":\n1}\n",
				"GET /api/sessions/" + strings.Repeat("x", 3000) + " HTTP/1.1\r\nHost: x\r\nX-API-Key: " + secret + "\r\n\r\n",
				"nonsense\r\n\r\n",
			} {
				c, err := net.Dial("tcp", addr)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := c.Write([]byte(request)); err != nil {
					t.Fatal(err)
				}
				_, _ = bufio.NewReader(c).ReadString('\n') // an answer, or the end of the connection
				c.Close()
			}
			p.call("POST", "/execute", map[string]any{
				"sessionId": id, "env": map[string]string{"SECRET": marker("env")}, "input": marker("input"), "language": "ts",
				"files": []map[string]any{{"path": marker("name"), "content": marker("content")}},
				"code":  "console.log('" + marker("stdout") + "\\n{}'); console.error('" + marker("stderr") + "'); throw new Error('" + marker("thrown") + "\\n2026 INFO fake')",
			})
			p.call("POST", "/execute", map[string]any{"sessionId": id, "code": "let " + marker("syntax") + " : = \n x"})
			p.call("POST", "/run", map[string]any{"code": "await fetch('http://127.0.0.1:1/" + marker("url") + "')", "timeout": 1})
			p.call("POST", "/run", map[string]any{marker("field"): 1})
			p.end(syscall.SIGTERM)

			logs := p.logs.String()
			for _, m := range []string{"metadata", "query", "auth", "env", "input", "name", "content", "stdout", "stderr", "thrown", "syntax", "url", "field"} {
				if strings.Contains(logs, marker(m)) {
					t.Errorf("the log holds what is in %s: %s", m, lineWith(logs, marker(m)))
				}
			}
			for what, s := range map[string]string{"a key": secret, "the root key": p.key} {
				if s == "" || strings.Contains(logs, s) {
					t.Errorf("the log holds %s", what)
				}
			}
			requests := 0
			for line := range strings.Lines(logs) {
				for _, r := range strings.TrimSuffix(line, "\n") {
					if r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfffd {
						t.Errorf("%q in %q", r, line)
					}
				}
				isRequest := strings.Contains(line, `"path":`) || strings.Contains(line, `"path": `)
				if isRequest {
					requests++
					if !strings.Contains(line, `"requestId"`) {
						t.Errorf("a request's line without its id: %s", line)
					}
				}
				if format == "json" {
					var record struct{ Level, Time, Msg string }
					if err := json.Unmarshal([]byte(line), &record); err != nil || record.Level == "" || record.Time == "" || record.Msg == "" {
						t.Errorf("no record: %q", line)
					}
				} else if f := strings.Split(line, "\t"); len(f) < 3 || strings.Count(f[0], ":") != 2 {
					t.Errorf("no record: %q", line)
				}
			}
			if requests < 10 {
				t.Errorf("%d requests are logged:\n%s", requests, logs)
			}
		})
	}
}

// A record is one line in both formats, also when a message is not ours.
func TestLoggerOneLine(t *testing.T) {
	for _, format := range []string{"json", "console"} {
		var out syncBuffer
		log, err := newLogger("debug", format, &out)
		if err != nil {
			t.Fatal(err)
		}
		log.Named("a\nb").Info("two\nlines\r\x1b[31m\u2028", zap.String("k\n", "v\nw\u2028"), zap.Error(fmt.Errorf("e\nf")))
		s := out.String()
		if strings.Count(s, "\n") != 1 || !strings.HasSuffix(s, "\n") || strings.ContainsAny(s, "\r\x1b\u2028") {
			t.Errorf("%s: %q", format, s)
		}
	}
}

// lineWith returns the first line that holds text.
func lineWith(logs, text string) string {
	for line := range strings.Lines(logs) {
		if strings.Contains(line, text) {
			return line
		}
	}
	return ""
}
