//go:build !unix

package transform

// Where there are no resource limits, the parent's clock alone ends a child.

func limitProcess() {}
func limitRequest() {}
