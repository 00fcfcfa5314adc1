// Package npm installs packages as npm and Bun do: it reads package.json and
// lockfiles, asks a registry, decides where each package goes, checks and unpacks
// archives, and puts the result into a workspace as a whole.
//
// Everything that it reads may be hostile: registries, archives, lockfiles and
// the workspace itself. Every size, count and depth is bounded; every package is
// checked against a hash of the SHA-2 family before a byte of it is unpacked; no
// script of a package is ever run.
//
// It leaves to others how HTTP is done (HTTP), where files live (Files), where
// unpacked packages are kept (Store), and how programs are run (Env.Run).
package npm
