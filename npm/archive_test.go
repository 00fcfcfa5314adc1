package npm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

func uncharged(int64) error { return nil }

// bomb makes an archive of a package.json and of what add writes.
func bomb(t *testing.T, add func(w *tar.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	manifest := `{"name":"a","version":"1.0.0"}`
	if err := w.WriteHeader(&tar.Header{Name: "package/package.json", Mode: 0o644, Size: int64(len(manifest))}); err != nil {
		t.Fatal(err)
	}
	_, err := io.WriteString(w, manifest)
	if err := errors.Join(err, add(w), w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Whatever an archive says of itself, unpacking it costs what it may.
func TestArchiveBombs(t *testing.T) {
	tests := map[string]struct {
		add   func(w *tar.Writer) error
		limit string // in the error; "": there is none
	}{
		"headers of 1 MB": {func(w *tar.Writer) error {
			long := strings.Repeat("a", 1_000_000)
			for i := range 1000 {
				h := &tar.Header{Name: fmt.Sprintf("package/%d", i), Mode: 0o644, Format: tar.FormatPAX, PAXRecords: map[string]string{"SCHILY.xattr.user.a": long}}
				if err := w.WriteHeader(h); err != nil {
					return err
				}
			}
			return nil
		}, "unpacks to more than"},
		"names that grow eighteenfold, below sixty folders": {func(w *tar.Writer) error {
			for i := range 2000 {
				if err := w.WriteHeader(&tar.Header{Name: fmt.Sprintf("package%s/%d", strings.Repeat("/ﷺﷺﷺﷺﷺ", 62), i), Mode: 0o644}); err != nil {
					return err
				}
			}
			return nil
		}, ""},
		"many names that grow eighteenfold": {func(w *tar.Writer) error {
			for i := range 20_000 {
				if err := w.WriteHeader(&tar.Header{Name: fmt.Sprintf("package/%d%s", i, strings.Repeat("ﷺ", 80)), Mode: 0o644}); err != nil {
					return err
				}
			}
			return nil
		}, "names that are not ASCII"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			data := bomb(t, tt.add)
			began := time.Now()
			_, err := unpack(t.Context(), data, uncharged)
			if tt.limit == "" && err != nil || tt.limit != "" && (codeOf(err) != "ELIMIT" || !strings.Contains(err.Error(), tt.limit)) {
				t.Errorf("an archive of %d bytes: %v, want %q", len(data), err, tt.limit)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("an archive of %d bytes took %v", len(data), took)
			}
		})
	}
}

// I3, I12: what is unpacked is charged while it grows, and given back.
func TestArchivesAreCharged(t *testing.T) {
	zeros := make([]byte, 48<<20)
	data := bomb(t, func(w *tar.Writer) error {
		err := w.WriteHeader(&tar.Header{Name: "package/zeros", Mode: 0o644, Size: int64(len(zeros))})
		if err == nil {
			_, err = w.Write(zeros)
		}
		return err
	})
	data = append(data[:len(data):len(data)], make([]byte, 1<<20)...) // padding, for the ratio
	var held, most int64
	full := errors.New("full")
	charge := func(limit int64) func(int64) error {
		return func(delta int64) error {
			if delta > 0 && held+delta > limit {
				return full
			}
			held += delta
			most = max(most, held)
			return nil
		}
	}
	if _, err := unpack(t.Context(), data, charge(16<<20)); !errors.Is(err, full) {
		t.Errorf("48 MB with room for 16: %v", err)
	}
	if held != 0 {
		t.Errorf("%d bytes are held for what was not unpacked", held)
	}
	a, err := unpack(t.Context(), data, charge(1<<40))
	if err != nil {
		t.Fatal(err)
	}
	if held != int64(cap(a.content)) || held < int64(len(zeros)) {
		t.Errorf("%d bytes are held for %d of content", held, cap(a.content))
	}
	if most > 3*int64(len(zeros)) {
		t.Errorf("%d bytes were held at most for %d", most, len(zeros))
	}
}
