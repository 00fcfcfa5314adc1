package jsengine

// SharedEngine is the engine that the tests share, for those outside the package.
func SharedEngine() *Engine { return testEngine }
