package main

import (
	"encoding/json"
	"maps"
	"os"
	"strings"
	"testing"
)

// program is one row of testdata/hostile.json.
type program struct {
	Name     string `json:"name"`
	Code     string `json:"code"`
	Generate *struct {
		Repeat string `json:"repeat"`
		Times  int    `json:"times"`
		Then   string `json:"then"` // repeated as often
		Tail   string `json:"tail"` // once
	} `json:"generate"`
	Language       string         `json:"language"`
	Timeout        int            `json:"timeout"`
	Fuel           int64          `json:"fuel"`
	ResourceLimits map[string]any `json:"resourceLimits"`
	Expect         struct {
		Status   int     `json:"status"`
		ExitCode int     `json:"exitCode"`
		Limit    *string `json:"limit"`
		Error    string  `json:"error"`  // in stderr
		Stdout   *string `json:"stdout"` // exactly
	} `json:"expect"`
	Truncated map[string]bool `json:"truncated"`
}

func (p *program) source() string {
	if g := p.Generate; g != nil {
		return strings.Repeat(g.Repeat, g.Times) + strings.Repeat(g.Then, g.Times) + g.Tail
	}
	return p.Code
}

func loadPrograms(t *testing.T) []program {
	t.Helper()
	f, err := os.Open("../../testdata/hostile.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	dec := json.NewDecoder(f)
	dec.DisallowUnknownFields()
	var list []program
	if err := dec.Decode(&list); err != nil {
		t.Fatalf("hostile.json: %v", err)
	}
	return list
}

// Every hostile program ends as the table says, and right after it another
// session is served (I2, I3, I5, I6).
func TestHostilePrograms(t *testing.T) {
	s := startServer(t, t.TempDir(), "--log-level", "warn")
	other := s.session(nil)
	for _, p := range loadPrograms(t) {
		t.Run(p.Name, func(t *testing.T) {
			s.t = t
			body := map[string]any{"code": p.source()}
			if p.Language != "" {
				body["language"] = p.Language
			}
			if p.Timeout != 0 {
				body["timeout"] = p.Timeout
			}
			if p.Fuel != 0 {
				body["fuel"] = p.Fuel
			}
			if p.ResourceLimits != nil {
				body["resourceLimits"] = maps.Clone(p.ResourceLimits)
			}
			status, v := s.call("POST", "/run", body)
			checkEnd(t, p, status, v)

			status, v = s.call("POST", "/execute", map[string]any{"sessionId": other, "code": "console.log(6 * 7)"})
			if status != 200 || v["stdout"] != "42\n" || v["exitCode"] != 0.0 {
				t.Errorf("another session afterwards: %d %v", status, v)
			}
		})
	}
	if logs := s.logs.String(); strings.Contains(logs, `"level":"error"`) {
		t.Errorf("the server calls it its own fault:\n%.2000s", logs)
	}
}

func checkEnd(t *testing.T, p program, status int, v map[string]any) {
	t.Helper()
	if status != p.Expect.Status {
		t.Errorf("status %d, want %d: %.600v", status, p.Expect.Status, v)
	}
	if e, ok := v["error"].(map[string]any); ok { // a 507 carries the result in details
		v, _ = e["details"].(map[string]any)
	}
	if v["exitCode"] != float64(p.Expect.ExitCode) {
		t.Errorf("exitCode %v, want %d; stderr %.600v", v["exitCode"], p.Expect.ExitCode, v["stderr"])
	}
	limit, _ := v["limit"].(map[string]any)
	switch {
	case p.Expect.Limit == nil && limit != nil:
		t.Errorf("limit %v, want none", limit)
	case p.Expect.Limit != nil && (limit == nil || limit["kind"] != *p.Expect.Limit):
		t.Errorf("limit %v, want kind %s", limit, *p.Expect.Limit)
	}
	stderr, _ := v["stderr"].(string)
	if !strings.Contains(stderr, p.Expect.Error) {
		t.Errorf("stderr %.600q, want %q in it", stderr, p.Expect.Error)
	}
	if p.Expect.Stdout != nil && v["stdout"] != *p.Expect.Stdout {
		t.Errorf("stdout %.300q, want %q", v["stdout"], *p.Expect.Stdout)
	}
	if p.Truncated != nil {
		got, _ := v["truncated"].(map[string]any)
		for stream, want := range p.Truncated {
			if got[stream] != want {
				t.Errorf("truncated.%s is %v, want %v", stream, got[stream], want)
			}
		}
	}
	for _, leak := range []string{"goroutine ", ".go:", "wazero", "buntime:internal"} {
		if strings.Contains(stderr, leak) {
			t.Errorf("stderr tells of the host: %q in %.600q", leak, stderr)
		}
	}
}
