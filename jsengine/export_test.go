package jsengine

// SharedEngine is the engine that the tests share, for those outside the package.
func SharedEngine() *Engine { return testEngine }

// cacheDir keeps the compiled engine for the tests.
var cacheDir string

// Cached is cfg with that.
func Cached(cfg Config) Config {
	cfg.CacheDir, cfg.CacheKey = cacheDir, []byte("key of this test")
	return cfg
}
