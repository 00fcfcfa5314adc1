//go:build !linux

package main

import "errors"

// raiseWall is for Linux: elsewhere the system has to confine the process.
func raiseWall(string) error {
	return errors.New("this system has neither Landlock nor seccomp")
}
