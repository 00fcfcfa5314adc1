package session

// autoDir is where packages are that an import asked for and no project has.
const autoDir = "/tmp/.bun-install"
