package api

// serveForTest is replaced below.
func serveForTest(dir string) {}
